import { AppError } from '../common/app-error.js';

export const PhoneErrors = {
  invalid: () => new AppError(400, 'phone.invalid', 'Phone number is invalid'),
  /** The number is verified, by this account or another; a number that was merely added is free. */
  taken: () => new AppError(400, 'phone.taken', 'Phone number is already exists'),
  /** Where SMS_COUNTRIES names some, the others get none. */
  countryNotServed: () =>
    new AppError(400, 'phone.country_not_served', 'Phone numbers of this country are not supported'),
  /** Alike for an unknown or foreign number and for a code that is wrong, used, expired or was tried too often. */
  notVerified: () => new AppError(404, 'phone.not_verified', 'Phone is not found or verification code is invalid'),
};

import { AppError } from '../common/app-error.js';
import { EMAIL_TAKEN } from './accounts.errors.js';

export const EmailChangeErrors = {
  invalidAddress: () => new AppError(422, 'email_change.invalid_address', ['Email is invalid']),
  sameAddress: () => new AppError(422, 'email_change.same_address', ['Email is the one that the account has']),
  /** Alike for a token that never was, was used, was replaced or has expired. */
  invalidToken: () => new AppError(422, 'email_change_token.invalid', ['Email change token is invalid']),
  /** Told only to who reads the mail of that address. */
  taken: () => new AppError(422, 'email_change.taken', [EMAIL_TAKEN]),
};

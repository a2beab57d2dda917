import { AppError } from '../common/app-error.js';

export const SessionErrors = {
  /** Alike for an unknown address, a wrong password and an application that may not take passwords. */
  unauthorized: () => new AppError(401, 'session.unauthorized', '401 Unauthorized'),
  /** The four below are told only after a right password. */
  emailNotConfirmed: () =>
    new AppError(401, 'account.not_confirmed', 'You have to confirm your email address before continuing'),
  otpMissing: () => new AppError(403, 'otp.missing', 'The account has enabled 2FA but OTP code is missing'),
  /** Alike for a wrong and a used one, of the authenticator or for recovery. */
  otpInvalid: () => new AppError(403, 'otp.invalid', 'OTP code is invalid'),
  locked: () => new AppError(401, 'account.locked', 'Your account is locked'),
  invalidLifetime: () => new AppError(422, 'session.invalid_lifetime', 'expires_in must be from 1 to 86400 seconds'),
  notFound: () => new AppError(404, 'session.not_found', 'Session not found'),
  /** Renewing goes on for at most this long after the sign-in; then the person signs in again. */
  tooOld: () => new AppError(403, 'session.too_old', 'The session is too old to be renewed, please sign in again'),
};

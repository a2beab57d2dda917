import { AppError } from '../common/app-error.js';

export const SecurityErrors = {
  /** Alike for a token that never was, was used, or has expired. */
  unknownResetToken: () => new AppError(404, 'reset_password_token.not_found', 'Record is not found'),
  reauthenticationRequired: (otpEnabled: boolean) =>
    new AppError(
      403,
      'session.reauthentication_required',
      `Please sign in again or send your password${otpEnabled ? ' and OTP code' : ''}`,
    ),

  alreadyEnabled: () => new AppError(400, 'otp.already_enabled', 'You are already enabled 2FA'),
  notEnabled: () => new AppError(400, 'otp.not_enabled', 'You need to enable 2FA first'),
  /** Alike for a wrong code, a used one, and when there is no secret that it could be of. */
  invalidCode: () => new AppError(422, 'otp.invalid_code', 'Your code is invalid'),
  /** @param seconds until one more code may be tried */
  tooManyCodes: (seconds: number) =>
    new AppError(429, 'otp.too_many_attempts', 'Too many wrong codes, please try again later', {
      'Retry-After': String(seconds),
    }),

  recoveryOfOwnAccount: () => new AppError(403, 'otp_recovery.own_account', 'You may not do this for yourself'),
  recoveryNeedsAnother: () =>
    new AppError(403, 'otp_recovery.same_person', 'Another admin has to approve what you requested'),
  unknownRecovery: () => new AppError(404, 'otp_recovery.not_found', 'There is no such request'),
  nothingToRecover: () => new AppError(422, 'otp_recovery.not_needed', 'The account has not enabled 2FA'),
};

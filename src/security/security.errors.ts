import { AppError } from '../common/app-error.js';

export const SecurityErrors = {
  /** Alike for a token that never was, was used, or has expired. */
  unknownResetToken: () => new AppError(404, 'reset_password_token.not_found', 'Record is not found'),
  reauthenticationRequired: () =>
    new AppError(403, 'session.reauthentication_required', 'Please sign in again or send your password'),
  wrongPassword: () => new AppError(401, 'password.wrong', '401 Unauthorized'),
};

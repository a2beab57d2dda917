import { AppError } from '../../common/app-error.js';

export const ConsoleErrors = {
  /** One export or check of the audit log at a time for each admin. */
  auditBusy: () =>
    new AppError(429, 'audit.busy', 'An export or a check is still running', {
      'Retry-After': '5',
    }),
  /** Long records are checked by command. */
  auditTooLong: () => new AppError(422, 'audit.too_long', 'The audit log is too long to be checked on a page'),
  unknownAlgorithm: () => new AppError(404, 'signing_key.not_found', 'There are no such keys'),
};

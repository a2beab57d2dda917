import { AppError } from '../common/app-error.js';

export const ApplicationErrors = {
  notFound: () => new AppError(404, 'application.not_found', 'Application not found'),
  /** Sentences by field. */
  invalid: (problems: Record<string, string[]>) => new AppError(422, 'application.invalid', problems),
  uidTaken: () => new AppError(422, 'application.uid_taken', { uid: ['Uid has already been taken'] }),
  /** Only confidential applications can keep a secret. */
  hasNoSecret: () => new AppError(422, 'application.has_no_secret', 'A public application has no secret'),
};

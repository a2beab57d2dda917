import { AppError } from '../common/app-error.js';

export const WebsiteErrors = {
  notFound: () => new AppError(404, 'website.not_found', 'Website not found'),
  /** Sentences by field. */
  invalid: (problems: Record<string, string[]>) => new AppError(422, 'website.invalid', problems),
  hostTaken: () => new AppError(422, 'website.host_taken', { host: ['Host has already been taken'] }),
};

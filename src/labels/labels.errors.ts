import { AppError } from '../common/app-error.js';

export const LabelErrors = {
  /** Also for one that exists but is none of the caller's business. */
  notFound: () => new AppError(404, 'label.not_found', `Couldn't find Label`),
  /** The owner may read private labels; staff alone write them. */
  readOnly: () => new AppError(400, 'label.read_only', `Can't update Label.`),
  /** Sentences by field. */
  invalid: (problems: Record<string, string[]>) => new AppError(422, 'label.invalid', problems),
  taken: () => new AppError(422, 'label.taken', { key: ['Key has already been taken'] }),
  tooMany: (most: number) =>
    new AppError(422, 'label.too_many', { base: [`An account can have ${most} labels at most`] }),
};

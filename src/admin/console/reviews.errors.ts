import { AppError } from '../../common/app-error.js';

export const ReviewErrors = {
  /** Another reviewer took it within the last 15 minutes. */
  taken: () => new AppError(409, 'review.taken', 'Somebody else is looking at this one'),
};

import { AppError } from '../common/app-error.js';

export const AdminErrors = {
  /** Also for a job that is still being tried. */
  unknownDeadLetter: () => new AppError(404, 'dead_letter.not_found', 'Dead letter not found'),
};

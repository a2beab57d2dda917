import { AppError } from '../common/app-error.js';

export const ApplicationErrors = {
  invalid: (problems: string[]) => new AppError(422, 'application.invalid', problems),
  uidTaken: () => new AppError(422, 'application.uid_taken', ['Uid has already been taken']),
};

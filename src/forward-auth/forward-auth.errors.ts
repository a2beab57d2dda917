import { AppError } from '../common/app-error.js';

export const ForwardAuthErrors = {
  levelTooLow: () => new AppError(403, 'account.level_too_low', 'This account has not been verified far enough'),
  wrongRole: () => new AppError(403, 'account.wrong_role', 'This account may not enter here'),
};

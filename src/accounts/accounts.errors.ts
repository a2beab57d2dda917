import { AppError } from '../common/app-error.js';

export const EMAIL_TAKEN = 'Email has already been taken';

export const AccountErrors = {
  /** Sentences about a sign-up, the address's first. */
  invalidSignUp: (sentences: string[]) => new AppError(422, 'account.invalid', sentences),
  weakPassword: (sentences: string[]) => new AppError(422, 'password.weak', sentences),
  wrongPassword: () => new AppError(401, 'password.wrong', '401 Unauthorized'),
  /** Alike for a token that never was, was used, or has expired. */
  invalidConfirmationToken: () => new AppError(422, 'confirmation_token.invalid', ['Confirmation token is invalid']),
  notFound: () => new AppError(404, 'account.not_found', 'Account not found'),
  /** What staff ask for is not among the roles or states. */
  invalid: (sentences: string[]) => new AppError(422, 'account.invalid', sentences),
  ownChange: () => new AppError(403, 'account.own_change', 'Nobody changes their own role or state'),
  /** The owner did not type the account's own address. */
  deletionNotConfirmed: () =>
    new AppError(422, 'account.deletion_not_confirmed', ['Email is not the one of the account']),
  lastAdmin: () => new AppError(422, 'account.last_admin', ['The last active admin must stay']),
  /** The caller lost the role between the guard's look and the change. */
  noLongerAdmin: () => new AppError(403, 'account.no_longer_admin', 'You are no longer an admin'),
  invalidTransition: (sentence: string) => new AppError(422, 'account.invalid_transition', [sentence]),
};

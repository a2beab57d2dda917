import { AppError } from '../common/app-error.js';

export const PasskeyErrors = {
  /** Alike for an unknown one, another person's, a wrong signature, a counter that went back, and what is no answer. */
  invalid: () => new AppError(403, 'passkey.invalid', 'The passkey was not accepted'),
  /** What the browser signed was asked for too long ago, used already, or asked of another browser or for another purpose. */
  challengeOver: () => new AppError(403, 'passkey.challenge_over', 'That took too long, please try again'),
  /** Also for another person's. */
  notFound: () => new AppError(404, 'passkey.not_found', 'Passkey not found'),
  taken: () => new AppError(409, 'passkey.taken', 'This passkey was added already'),
  tooMany: (most: number) => new AppError(422, 'passkey.too_many', `An account can have ${most} passkeys at most`),
};

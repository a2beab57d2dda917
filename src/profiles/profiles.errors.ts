import { AppError } from '../common/app-error.js';

export const ProfileErrors = {
  alreadyExists: () => new AppError(409, 'profile.exists', 'Profile already exists'),
  /** Not a day on which a customer can have been born: younger than 18, older than 120, in the future. */
  invalidBirthDate: () => new AppError(400, 'profile.invalid_dob', 'dob is invalid'),
  invalid: (sentences: string[]) => new AppError(422, 'profile.invalid', sentences),
  /** Also for an account that does not exist. */
  notFound: () => new AppError(404, 'profile.not_found', 'Profile not found'),
  /** Nobody decides about their own identity. */
  ownReview: () => new AppError(403, 'profile.own_review', 'You cannot review your own profile'),
  reasonMissing: () => new AppError(422, 'profile.reason_missing', `Reason can't be blank`),
  reasonTooLong: (longest: number) =>
    new AppError(422, 'profile.reason_too_long', `Reason is too long (maximum is ${longest} characters)`),
  /** The decision was made before, or is none: only its owner makes a profile pending, by sending it again. */
  notReviewable: (state: string) =>
    new AppError(422, 'profile.not_reviewable', `The profile is ${state} and cannot become that`),
  /** Somebody else has decided, or the owner has sent another one, since the reviewer looked. */
  changedMeanwhile: () =>
    new AppError(409, 'profile.changed_meanwhile', 'The profile has changed meanwhile, please look at it again'),
};

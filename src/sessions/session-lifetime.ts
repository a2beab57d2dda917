import { SessionErrors } from './sessions.errors.js';

export const LONGEST_TOKEN_SECONDS = 86_400;
/** However often it is renewed, a session ends this long after its sign-in. */
export const LONGEST_SESSION_SECONDS = 14 * 86_400;

/**
 * How many seconds a token shall live.
 * @throws AppError 422 outside 1 to 86400
 */
export function tokenLifetime(expiresIn: number | undefined, fallback: number): number {
  const seconds = expiresIn ?? fallback;
  if (seconds < 1 || seconds > LONGEST_TOKEN_SECONDS) throw SessionErrors.invalidLifetime();
  return seconds;
}

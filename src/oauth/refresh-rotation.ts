import { createHmac } from 'node:crypto';

/** Sooner than this a second use is a parallel one: it is refused, and does no harm. */
const PARALLEL_SECONDS = 1;
/** Until then it is a client that did not get our answer and asks again. */
const GRACE_SECONDS = 10;

export type SecondUse = 'parallel' | 'retry' | 'reuse';

/**
 * What a second use of a refresh token means. Real clients lose answers, thieves come late: a retry gets the very
 * same successor, later uses end the family (RFC 9700, section 4.14.2).
 */
export function judgeSecondUse(secondsSinceFirst: number): SecondUse {
  if (secondsSinceFirst < PARALLEL_SECONDS) return 'parallel';
  return secondsSinceFirst < GRACE_SECONDS ? 'retry' : 'reuse';
}

/** The token that follows another, always the same one; without the key nobody can tell it from random bytes. */
export function successorOf(refreshToken: string, key: Buffer): string {
  return createHmac('sha256', key).update(refreshToken).digest('base64url');
}

import { randomBytes, timingSafeEqual } from 'node:crypto';
import speakeasy from 'speakeasy';
import { toBase32 } from './base32.js';

const SECRET_BYTES = 20;
const STEP_SECONDS = 30;
const CODE = /^\d{6}$/;

/** 160 random bits in base 32; speakeasy's own secrets have fewer (RFC 4226, section 4, asks for these). */
export function newTotpSecret(): string {
  return toBase32(randomBytes(SECRET_BYTES));
}

/**
 * Which step of 30 seconds the code is of (RFC 6238): the present one or the one before, for people type slowly.
 * Whoever accepts the code must keep the step and never take it or an older one again.
 * @param code six digits; spaces between them don't count
 * @returns undefined when it is the code of neither
 */
export function matchTotp(secret: string, code: string, now: Date): number | undefined {
  if (!isTotpCode(code)) return undefined;
  const digits = withoutSpaces(code);
  const step = Math.floor(now.getTime() / 1000 / STEP_SECONDS);
  // Both are computed, whichever matches: the time tells nothing.
  const [isPresent, isPrevious] = [step, step - 1].map((counter) => isCodeOf(secret, counter, digits));
  if (isPresent) return step;
  return isPrevious ? step - 1 : undefined;
}

/** Whether a text can be a code at all; another one is a slip and no guess. */
export function isTotpCode(code: string): boolean {
  return CODE.test(withoutSpaces(code));
}

/** What authenticator apps read from a QR code (Key URI format); the account stands there as `issuer:name`. */
export function totpUrl(secret: string, issuer: string, name: string): string {
  return speakeasy.otpauthURL({
    secret,
    encoding: 'base32',
    label: `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`,
    issuer,
    algorithm: 'sha1',
    digits: 6,
    period: STEP_SECONDS,
  });
}

function isCodeOf(secret: string, counter: number, digits: string): boolean {
  const code = speakeasy.hotp({ secret, encoding: 'base32', counter, digits: 6 });
  return timingSafeEqual(Buffer.from(code), Buffer.from(digits));
}

function withoutSpaces(code: string): string {
  return code.replace(/\s/g, '');
}

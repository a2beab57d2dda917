import type { Request } from 'express';
import { AuthErrors } from './auth.errors.js';

/** Tokens of ours have about 1 KB; what is longer is not looked at. */
const LONGEST_TOKEN = 8192;

export interface PresentedToken {
  scheme: 'bearer' | 'dpop';
  token: string;
}

/**
 * The token of `Authorization: Bearer …` (RFC 6750, section 2.1) or `DPoP …` (RFC 9449, section 7.1); cookies, query
 * and body are never looked at.
 * @throws AppError 401
 */
export function accessTokenOf(request: Request): PresentedToken {
  const [name, token, ...more] = (request.headers.authorization ?? '').split(' ');
  const scheme = name?.toLowerCase();
  if ((scheme !== 'bearer' && scheme !== 'dpop') || !token || more.length > 0) throw AuthErrors.missingToken();
  if (token.length > LONGEST_TOKEN) throw AuthErrors.invalidToken();
  return { scheme, token };
}

import { createHash, randomBytes } from 'node:crypto';

/** A secret that is handed out once and kept only as its hash. */
export interface RandomToken {
  /** 256 random bits, base64url; goes to its owner and nowhere else. */
  token: string;
  /** SHA-256 of the token; what the database keeps. */
  hash: Buffer;
}

export function newToken(): RandomToken {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashToken(token) };
}

/** A token has full entropy, so a plain SHA-256 is enough (no salt, no stretching). */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

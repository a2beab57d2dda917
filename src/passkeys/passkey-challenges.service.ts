import { Injectable } from '@nestjs/common';
import { hashToken, newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';

const CHALLENGE_SECONDS = 5 * 60;

/** What a challenge was made for; it is good for nothing else. */
export interface PasskeyPurpose {
  /** Such as `registration`, or a way to sign in and the place where it happens. */
  name: string;
  /** Undefined where nobody has said yet who they are. */
  accountId?: string;
  /** Token of the browser that is asked; undefined when it came without, and then nothing fits. */
  browser: string | undefined;
}

/** Everyone may ask for challenges, so each new one takes a few old ones along and the table stays small. */
const OPEN = `
  WITH gone AS (
    DELETE FROM passkey_challenges WHERE id_hash IN (
      SELECT id_hash FROM passkey_challenges WHERE expires_at <= now()
      ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED))
  INSERT INTO passkey_challenges (id_hash, browser_hash, purpose, account_id, expires_at)
  VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`;

const CONSUME = `
  DELETE FROM passkey_challenges
  WHERE id_hash = $1 AND browser_hash = $2 AND purpose = $3 AND account_id IS NOT DISTINCT FROM $4 AND expires_at > now()
  RETURNING 1`;

/** Random values to sign: each good once, for five minutes, in one browser and for one purpose. */
@Injectable()
export class PasskeyChallenges {
  constructor(private readonly database: Database) {}

  /** @returns 256 random bits in base64url; only their hash is kept */
  async open({ name, accountId, browser = '' }: PasskeyPurpose): Promise<string> {
    const { token, hash } = newToken();
    const values = [hash, hashToken(browser), name, accountId ?? null, CHALLENGE_SECONDS];
    await this.database.query('open-passkey-challenge', OPEN, values);
    return token;
  }

  /** Uses a challenge up, whatever comes of it. @returns false when it is not good (any more) */
  async consume(challenge: string, { name, accountId, browser }: PasskeyPurpose): Promise<boolean> {
    if (browser === undefined) return false;
    const values = [hashToken(challenge), hashToken(browser), name, accountId ?? null];
    return (await this.database.query('consume-passkey-challenge', CONSUME, values)).length > 0;
  }
}

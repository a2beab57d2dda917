import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { deriveKey } from '../infra/crypto/derived-keys.js';
import { Database } from '../infra/database/database.service.js';

/** How long a browser counts as the owner's after they last signed in there. */
export const DEVICE_DAYS = 365;
/** People who share a browser. */
const MOST_MARKS = 5;
const MARK = /^(\d{1,4})\.([A-Za-z0-9_-]{22})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

/** One mark of a cookie, whose signature is right. */
interface Mark {
  /** Of the browser; stays the same from one sign-in to the next. */
  id: string;
  /** The last sign-in, seconds since the epoch. */
  since: string;
}

/** Whose limits known browsers share. Each sign-in can make another browser known, so they have none by themselves. */
export const devicesOf = (email: string): string => `devices of ${email}`;

/** Good until the password is replaced, and for the account that had the address when it was made. */
const IS_GOOD = `
  SELECT 1 WHERE to_timestamp($2) > now() - interval '${DEVICE_DAYS} days' AND NOT EXISTS (
    SELECT 1 FROM accounts
    WHERE email = $1 AND greatest(tokens_valid_after, date_trunc('second', created_at)) > to_timestamp($2))`;

/**
 * Browsers in which an address was signed in, known by a signed cookie (CONTROLS C-09, OWASP's device cookies). A mark
 * names nobody: its signature covers the address, so it is good with that address only and tells it to nobody.
 */
@Injectable()
export class KnownDevices {
  /** By version of SECRET_KEY. */
  private readonly keys: ReadonlyMap<number, Buffer>;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {
    this.keys = new Map(config.secretKeys.map((secret) => [secret.version, deriveKey(secret, 'device-cookie')]));
  }

  /**
   * @param cookie what the browser sent, if anything; believed as far as it is signed
   * @param email canonical
   * @returns a name for the browser by which its tries are counted; undefined when it is not known for this address
   */
  async find(cookie: string | undefined, email: string): Promise<string | undefined> {
    const mark = this.genuine(cookie, email);
    if (!mark) return undefined;
    const rows = await this.database.query('known-device', IS_GOOD, [email, Number(mark.since)]);
    return rows.length > 0 ? `device ${mark.id}` : undefined;
  }

  /**
   * What the cookie holds once somebody has signed in: their mark in front, and those of others who use the browser.
   * @param signedInAt seconds since the epoch, by the database's clock
   */
  remember(cookie: string | undefined, email: string, signedInAt: number): string {
    const id = this.genuine(cookie, email)?.id ?? randomBytes(16).toString('base64url');
    const others = marksOf(cookie).filter((text) => !this.verified(text, email));
    return [this.sign({ id, since: String(Math.floor(signedInAt)) }, email), ...others].slice(0, MOST_MARKS).join('~');
  }

  private genuine(cookie: string | undefined, email: string): Mark | undefined {
    for (const text of marksOf(cookie)) {
      const mark = this.verified(text, email);
      if (mark) return mark;
    }
    return undefined;
  }

  private verified(text: string, email: string): Mark | undefined {
    const [, version, id = '', since = '', signature = ''] = MARK.exec(text) ?? [];
    const key = this.keys.get(Number(version));
    if (!key) return undefined;
    const expected = Buffer.from(signatureOf(key, { id, since }, email));
    return timingSafeEqual(expected, Buffer.from(signature)) ? { id, since } : undefined;
  }

  private sign(mark: Mark, email: string): string {
    const [newest] = this.config.secretKeys;
    const key = newest && this.keys.get(newest.version);
    if (!key) throw new Error('SECRET_KEY is not configured');
    return `${newest.version}.${mark.id}.${mark.since}.${signatureOf(key, mark, email)}`;
  }
}

/** Addresses have no spaces, so that no two marks are signed alike. */
const signatureOf = (key: Buffer, { id, since }: Mark, email: string): string =>
  createHmac('sha256', key).update(`${id} ${since} ${email}`).digest('base64url');

const marksOf = (cookie = ''): string[] => cookie.split('~', MOST_MARKS).filter((text) => MARK.test(text));

import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { oldestOf } from '../config/secret-key.js';
import { deriveKey } from '../infra/crypto/derived-keys.js';

const DIGITS = 6;
/** Seconds that a code is good for. */
export const CODE_LIFETIME = 600;
/** Guesses that are looked at, the right one among them. */
export const MOST_TRIES = 5;

/** What a code is for: it is good for one account and one number. */
export interface CodeOwner {
  accountId: string;
  /** E.164. */
  number: string;
}

/** The six digits of an SMS, kept as an HMAC: a plain hash of a million possible codes would hide nothing. */
@Injectable()
export class PhoneCodes {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = deriveKey(oldestOf(config.secretKeys), 'phone-code');
  }

  make(owner: CodeOwner): { code: string; hash: Buffer } {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    return { code, hash: this.hashOf(code, owner) };
  }

  /** Spaces do not count, nor do leading zeros that a client lost by sending a number. Takes the same time for all. */
  matches(code: string, owner: CodeOwner, hash: Buffer): boolean {
    const digits = code.replace(/\s/g, '').padStart(DIGITS, '0');
    return timingSafeEqual(this.hashOf(digits, owner), hash);
  }

  private hashOf(code: string, { accountId, number }: CodeOwner): Buffer {
    return createHmac('sha256', this.key).update(`${accountId}:${number}:${code}`).digest();
  }
}

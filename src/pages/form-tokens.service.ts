import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { deriveKey } from '../infra/crypto/derived-keys.js';

/** The token in every form of a signed-in person: it fits their session and no other (CONTROLS C-48). */
@Injectable()
export class FormTokenMaker {
  private readonly keys: Buffer[];

  constructor(config: Config) {
    this.keys = config.secretKeys.map((secret) => deriveKey(secret, 'form-token'));
  }

  /** @param sessionId of a page session */
  make(sessionId: string): string {
    return this.sign(this.keys[0] ?? Buffer.alloc(0), sessionId).toString('base64url');
  }

  matches(sessionId: string, token: unknown): boolean {
    if (typeof token !== 'string') return false;
    const given = Buffer.from(token, 'base64url');
    return this.keys.some((key) => {
      const expected = this.sign(key, sessionId);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  }

  private sign(key: Buffer, sessionId: string): Buffer {
    return createHmac('sha256', key).update(sessionId).digest();
  }
}

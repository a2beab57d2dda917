import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { oldestOf } from '../../config/secret-key.js';
import { deriveKey } from './derived-keys.js';

/**
 * Keyed fingerprints of e-mail addresses, user agents and the like: the same value is recognised again in the audit
 * log, but can't be read or guessed from it (CONTROLS C-59, C-76).
 */
@Injectable()
export class Fingerprints {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = deriveKey(oldestOf(config.secretKeys), 'address-fingerprint');
  }

  /** 128 bits. */
  of(value: string): Buffer {
    return createHmac('sha256', this.key).update(value).digest().subarray(0, 16);
  }
}

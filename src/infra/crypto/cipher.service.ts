import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { deriveKey } from './derived-keys.js';

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 3;

/** A value that does not open: sealed with another SECRET_KEY or for another context, or tampered with. */
export class SealError extends Error {}

/**
 * AES-256-GCM for secrets at rest. A sealed value is: format (1 byte), key version (2), nonce (12), tag (16), text.
 * The context names the row and purpose that the value belongs to; sealed under one, it opens under no other.
 */
@Injectable()
export class Cipher {
  private readonly keys: Map<number, Buffer>;
  private readonly newest: number;

  constructor(config: Config) {
    this.keys = new Map(config.secretKeys.map((secret) => [secret.version, deriveKey(secret, 'cipher')]));
    this.newest = config.secretKeys[0]?.version ?? 0;
  }

  seal(plain: string | Buffer, context: string): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(FORMAT, 0);
    header.writeUInt16BE(this.newest, 1);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(this.newest), nonce);
    cipher.setAAD(this.additionalData(header, context));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([header, nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws SealError when the value was tampered with, belongs to another context, or its key is gone */
  open(sealed: Buffer, context: string): Buffer {
    const header = sealed.subarray(0, HEADER_BYTES);
    if (header.length < HEADER_BYTES || header.readUInt8(0) !== FORMAT)
      throw new SealError('a sealed value has an unknown format');
    const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const tag = sealed.subarray(HEADER_BYTES + NONCE_BYTES, HEADER_BYTES + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key(header.readUInt16BE(1)), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.additionalData(header, context));
    decipher.setAuthTag(tag);
    const text = sealed.subarray(HEADER_BYTES + NONCE_BYTES + TAG_BYTES);
    try {
      return Buffer.concat([decipher.update(text), decipher.final()]);
    } catch {
      throw new SealError('a sealed value does not open with this SECRET_KEY');
    }
  }

  private key(version: number): Buffer {
    const key = this.keys.get(version);
    if (!key) throw new SealError(`a sealed value needs version ${version} of SECRET_KEY, which is not configured`);
    return key;
  }

  private additionalData(header: Buffer, context: string): Buffer {
    return Buffer.concat([header, Buffer.from(context)]);
  }
}

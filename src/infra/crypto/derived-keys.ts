import { hkdfSync } from 'node:crypto';
import type { SecretKey } from '../../config/secret-key.js';

/** What a derived key is for; two purposes never share a key. */
export type KeyPurpose =
  | 'cipher'
  | 'password-pepper'
  | 'address-fingerprint'
  | 'phone-code'
  | 'oauth-cookie'
  | 'refresh-token'
  | 'form-token'
  | 'device-cookie';

/** A 256-bit key for one purpose, derived from one version of SECRET_KEY (RFC 5869). */
export function deriveKey(secret: SecretKey, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.bytes, Buffer.alloc(0), `barong/${purpose}`, 32));
}

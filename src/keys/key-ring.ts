import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Cipher } from '../infra/crypto/cipher.service.js';
import type { SigningAlgorithm, SigningKey } from './signing-key.entity.js';

export interface Signer {
  kid: string;
  algorithm: SigningAlgorithm;
  privateKey: KeyObject;
}

export interface Verifier {
  algorithm: SigningAlgorithm;
  publicKey: KeyObject;
}

export const privateKeyContext = (kid: string): string => `signing-key:${kid}`;

/** All keys at one moment, opened and parsed once. Replaced as a whole when keys change. */
export class KeyRing {
  /** The published key set (RFC 7517), ready to be sent. */
  readonly jwks: string;
  private readonly verifiers = new Map<string, Verifier>();
  private readonly signers = new Map<SigningAlgorithm, Signer>();

  constructor(keys: readonly SigningKey[], cipher: Cipher) {
    for (const key of keys) {
      const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' });
      this.verifiers.set(key.kid, { algorithm: key.algorithm, publicKey });
      if (key.status === 'current') this.signers.set(key.algorithm, openSigner(key, cipher));
    }
    this.jwks = JSON.stringify({ keys: keys.map((key) => key.publicJwk) });
  }

  /** The key that signs now. @throws Error when there is none, which the start-up rules out */
  signer(algorithm: SigningAlgorithm): Signer {
    const signer = this.signers.get(algorithm);
    if (!signer) throw new Error(`there is no current ${algorithm} key`);
    return signer;
  }

  verifier(kid: string): Verifier | undefined {
    return this.verifiers.get(kid);
  }
}

function openSigner(key: SigningKey, cipher: Cipher): Signer {
  const der = cipher.open(key.privateKeyEncrypted, privateKeyContext(key.kid));
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
  };
}

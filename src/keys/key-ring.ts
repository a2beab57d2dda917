import { createPrivateKey, createPublicKey, type JsonWebKey as NodeJwk, type KeyObject } from 'node:crypto';
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

/** A private key as RFC 7517 writes it, with its name and use. */
export type PrivateJwk = NodeJwk & { kid: string; alg: SigningAlgorithm; use: 'sig' };

export const privateKeyContext = (kid: string): string => `signing-key:${kid}`;

/** All keys at one moment, opened and parsed once. Replaced as a whole when keys change. */
export class KeyRing {
  /** The published key set (RFC 7517), ready to be sent. */
  readonly jwks: string;
  private readonly verifiers = new Map<string, Verifier>();
  private readonly secrets: PrivateJwk[] = [];
  private readonly signers = new Map<SigningAlgorithm, Signer>();

  constructor(keys: readonly SigningKey[], cipher: Cipher) {
    const order = ['current', 'next', 'previous'];
    for (const key of keys.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))) {
      const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' });
      this.verifiers.set(key.kid, { algorithm: key.algorithm, publicKey });
      const signer = openSigner(key, cipher);
      if (key.status === 'current') this.signers.set(key.algorithm, signer);
      const { kid, algorithm: alg } = signer;
      this.secrets.push({ ...signer.privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' });
    }
    this.jwks = JSON.stringify({ keys: keys.map((key) => key.publicJwk) });
  }

  /** The key that signs now. @throws Error when there is none, which the start-up rules out */
  signer(algorithm: SigningAlgorithm): Signer {
    const signer = this.signers.get(algorithm);
    if (!signer) throw new Error(`there is no current ${algorithm} key`);
    return signer;
  }

  /** Every key with its private part, those that sign first: the provider picks the first that fits. */
  get privateJwks(): PrivateJwk[] {
    return this.secrets;
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

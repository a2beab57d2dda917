import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from './signing-key.entity.js';

const generate = promisify(generateKeyPair);
const RSA_BITS = 2048;

export interface KeyMaterial {
  /** JWK thumbprint of the public key (RFC 7638): a name that nobody has to hand out. */
  kid: string;
  publicJwk: Record<string, unknown>;
  privateKey: KeyObject;
}

export async function generateKey(algorithm: SigningAlgorithm): Promise<KeyMaterial> {
  const { publicKey, privateKey } =
    algorithm === 'RS256'
      ? await generate('rsa', { modulusLength: RSA_BITS })
      : await generate('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as Record<string, unknown>;
  const kid = thumbprint(jwk);
  return { kid, privateKey, publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' } };
}

/** Only the members that the key's type requires, in lexicographic order (RFC 7638, section 3.2). */
function thumbprint(jwk: Record<string, unknown>): string {
  const members = jwk.kty === 'RSA' ? ['e', 'kty', 'n'] : ['crv', 'kty', 'x', 'y'];
  const canonical = JSON.stringify(Object.fromEntries(members.map((member) => [member, jwk[member]])));
  return createHash('sha256').update(canonical).digest('base64url');
}

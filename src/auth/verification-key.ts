import type { Verifier } from '../keys/key-ring.js';
import type { KeysService } from '../keys/keys.service.js';
import { ACCESS_TOKEN_TYPE } from './token-claims.js';

/**
 * The key that the header names, out of our own set. A token must say that it is an access token, with the algorithm
 * of that key, and must ask for nothing that we don't understand (RFC 8725, sections 3.1, 3.11; RFC 7515, section 4.1.11).
 */
export async function findVerificationKey(keys: KeysService, token: string): Promise<Verifier | undefined> {
  const header = readHeader(token);
  if (!header || header.typ !== ACCESS_TOKEN_TYPE || header.crit !== undefined) return undefined;
  if (typeof header.kid !== 'string') return undefined;
  const verifier = await keys.verifier(header.kid);
  return verifier && verifier.algorithm === header.alg ? verifier : undefined;
}

function readHeader(token: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString());
    return typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '../config/config.js';
import { KeysService } from '../keys/keys.service.js';
import { SIGNING_ALGORITHMS } from '../keys/signing-key.entity.js';
import { ACCESS_TOKEN_TYPE, type TokenClaims } from './token-claims.js';

export const BEARER = 'bearer-jwt';

/** The typings know strings and buffers only; jsonwebtoken, which gets the key, takes a KeyObject and is 4 times faster. */
type KeyCallback = (error: Error | null, key?: Buffer) => void;

/** passport-jwt, told that only our own access tokens pass: our keys, our algorithms, our issuer, our audience. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, BEARER) {
  constructor(config: Config, keys: KeysService) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: [...SIGNING_ALGORITHMS],
      issuer: config.publicUrl,
      audience: config.apiAudience,
      secretOrKeyProvider: (_: Request, token: string, done: KeyCallback) => {
        findKey(keys, token).then(
          (key) => done(key ? null : new Error('no such key'), key as unknown as Buffer),
          (error: Error) => done(error),
        );
      },
    });
  }

  /** The signature is good; what every token of ours has must be there. */
  validate(claims: Partial<TokenClaims>): TokenClaims | false {
    const { sub, jti, exp, iat, sid, client_id: clientId } = claims;
    const complete = [sub, jti, sid, clientId].every((claim) => typeof claim === 'string' && claim !== '');
    return complete && typeof exp === 'number' && typeof iat === 'number' ? (claims as TokenClaims) : false;
  }
}

/**
 * The key that the header names, out of our own set. A token must say that it is an access token, with the algorithm
 * of that key, and must ask for nothing that we don't understand (RFC 8725, sections 3.1, 3.11; RFC 7515, section 4.1.11).
 */
async function findKey(keys: KeysService, token: string): Promise<KeyObject | undefined> {
  const header = readHeader(token);
  if (!header || header.typ !== ACCESS_TOKEN_TYPE || header.crit !== undefined) return undefined;
  if (typeof header.kid !== 'string') return undefined;
  const verifier = await keys.verifier(header.kid);
  return verifier && verifier.algorithm === header.alg ? verifier.publicKey : undefined;
}

function readHeader(token: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString());
    return typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import { Config } from '../config/config.js';
import { KeysService } from '../keys/keys.service.js';
import { SIGNING_ALGORITHMS } from '../keys/signing-key.entity.js';
import { accessTokenOf } from './presented-token.js';
import type { TokenClaims } from './token-claims.js';
import { findVerificationKey } from './verification-key.js';

export const BEARER = 'bearer-jwt';

/** The typings know strings and buffers only; jsonwebtoken, which gets the key, takes a KeyObject and is 4 times faster. */
type KeyCallback = (error: Error | null, key?: Buffer) => void;

/** passport-jwt, told that only our own access tokens pass: our keys, our algorithms, our issuer, our audience. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, BEARER) {
  constructor(config: Config, keys: KeysService) {
    super({
      jwtFromRequest: (request: Request) => accessTokenOf(request).token,
      algorithms: [...SIGNING_ALGORITHMS],
      issuer: config.publicUrl,
      audience: config.apiAudience,
      // The database tells, along with all else that ends a token (principals.service.ts).
      ignoreExpiration: true,
      secretOrKeyProvider: (_: Request, token: string, done: KeyCallback) => {
        findVerificationKey(keys, token).then(
          (key) => done(key ? null : new Error('no such key'), key?.publicKey as unknown as Buffer),
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

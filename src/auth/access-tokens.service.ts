import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { Config } from '../config/config.js';
import { KeysService } from '../keys/keys.service.js';
import { AuthErrors } from './auth.errors.js';
import { PrincipalsService } from './principals.service.js';
import type { TokenClaims } from './token-claims.js';
import { findVerificationKey } from './verification-key.js';
import { VerifiedTokens } from './verified-tokens.service.js';

/** Access tokens outside of a guarded route: what OAuth's endpoints are asked about. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly config: Config,
    private readonly keys: KeysService,
    private readonly known: VerifiedTokens,
    private readonly principals: PrincipalsService,
  ) {}

  /** @throws AppError 401 for a token that is bad, expired, revoked, or of an account that may not act */
  async verify(token: string): Promise<TokenClaims> {
    const claims = this.known.find(token) ?? (await this.verifySignature(token));
    await this.principals.assertLive(claims);
    return claims;
  }

  private async verifySignature(token: string): Promise<TokenClaims> {
    const key = await findVerificationKey(this.keys, token);
    if (!key) throw AuthErrors.invalidToken();
    try {
      const { publicUrl: issuer, apiAudience: audience } = this.config;
      // Whether it has expired is asked of the database, along with all else that ends a token.
      const options = { algorithms: [key.algorithm], issuer, audience, ignoreExpiration: true };
      const claims = jwt.verify(token, key.publicKey, options);
      this.known.remember(token, claims as TokenClaims);
      return claims as TokenClaims;
    } catch {
      throw AuthErrors.invalidToken();
    }
  }
}

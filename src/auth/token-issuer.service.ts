import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import type { Principal } from '../common/principal.js';
import { Config } from '../config/config.js';
import { KeysService } from '../keys/keys.service.js';
import type { SigningAlgorithm } from '../keys/signing-key.entity.js';
import { ACCESS_TOKEN_TYPE, type TokenClaims } from './token-claims.js';

/** What a session's token is made of. Times in seconds since the epoch, by the database's clock. */
export interface SessionToken {
  account: Omit<Principal['account'], 'id' | 'otpEnabled'>;
  application: { uid: string; scopes: readonly string[]; signingAlg: SigningAlgorithm };
  sessionId: string;
  issuedAt: number;
  expiresAt: number;
  authTime: number;
  amr: readonly string[];
}

/** Signs the tokens of POST /sessions. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly config: Config,
    private readonly keys: KeysService,
  ) {}

  issue(session: SessionToken): string {
    const { account, application } = session;
    const signer = this.keys.signer(application.signingAlg);
    const claims: TokenClaims = {
      iss: this.config.publicUrl,
      sub: account.uid,
      aud: [application.uid, this.config.apiAudience],
      client_id: application.uid,
      scope: application.scopes.join(' '),
      jti: randomUUID(),
      iat: session.issuedAt,
      exp: session.expiresAt,
      sid: session.sessionId,
      auth_time: session.authTime,
      amr: [...session.amr],
      token_use: 'session',
      uid: account.uid,
      email: account.email,
      role: account.role,
      level: account.level,
      state: account.state,
    };
    return jwt.sign(claims, signer.privateKey, {
      algorithm: signer.algorithm,
      header: { alg: signer.algorithm, typ: ACCESS_TOKEN_TYPE, kid: signer.kid },
    });
  }
}

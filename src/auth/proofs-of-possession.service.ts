import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose';
import { Config } from '../config/config.js';
import { Database } from '../infra/database/database.service.js';
import { AuthErrors } from './auth.errors.js';
import { accessTokenOf } from './presented-token.js';
import type { TokenClaims } from './token-claims.js';

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];
/** A proof is made for one request; this much the clocks of client and server may differ. */
const PROOF_SECONDS = 60;

/** Tokens that are bound to a key are good only with a fresh proof of having it (RFC 9449). */
@Injectable()
export class ProofsOfPossession {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  /** @throws AppError 401 for a bound token without its proof, and for a proof with a token that is not bound */
  async assert(request: Request, claims: TokenClaims): Promise<void> {
    const thumbprint = claims.cnf?.jkt;
    const { scheme, token } = accessTokenOf(request);
    if ((scheme === 'dpop') !== (thumbprint !== undefined)) throw AuthErrors.invalidToken();
    if (thumbprint === undefined) return;
    const proof = await readProof(request.get('dpop') ?? '', thumbprint);
    if (!proof || !this.isForThis(request, token, proof)) throw AuthErrors.invalidToken();
    if (!(await this.isFirstUse(thumbprint, proof.jti ?? ''))) throw AuthErrors.invalidToken();
  }

  /** RFC 9449, section 4.3. */
  private isForThis(request: Request, token: string, proof: JWTPayload): boolean {
    const { htm, htu, ath, iat, jti } = proof;
    if (typeof htu !== 'string' || !URL.canParse(htu) || typeof iat !== 'number' || !jti) return false;
    const url = new URL(htu);
    const isFresh = Math.abs(Date.now() / 1000 - iat) <= PROOF_SECONDS;
    const isBound = ath === createHash('sha256').update(token).digest('base64url');
    const path = new URL(request.originalUrl, this.config.publicUrl).pathname;
    return isFresh && isBound && htm === request.method && url.origin + url.pathname === this.config.publicUrl + path;
  }

  /** A proof that was seen before is a copied one. */
  private async isFirstUse(thumbprint: string, jti: string): Promise<boolean> {
    const id = createHash('sha256').update(`dpop ${thumbprint} ${jti}`).digest('base64url');
    const rows = await this.database.query(
      'dpop-first-use',
      `INSERT INTO revocations (id, expires_at) VALUES ($1, now() + make_interval(secs => $2))
       ON CONFLICT DO NOTHING RETURNING 1`,
      [id, 2 * PROOF_SECONDS],
    );
    return rows.length > 0;
  }
}

async function readProof(proof: string, thumbprint: string): Promise<JWTPayload | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: ALGORITHMS,
      typ: 'dpop+jwt',
    });
    const jwk = protectedHeader.jwk;
    return jwk && (await calculateJwkThumbprint(jwk)) === thumbprint ? payload : undefined;
  } catch {
    return undefined;
  }
}

import { Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import { Database } from '../infra/database/database.service.js';
import { AuthErrors } from './auth.errors.js';
import { CALLER_COLUMNS, callerAccount, type CallerRow } from './caller-account.js';
import type { TokenClaims } from './token-claims.js';

/**
 * Everything that can end a token early, in one statement on every request: something was revoked by id, the account
 * ended all its tokens, or may not act any more; its application was deleted (and perhaps registered anew), or is no
 * longer one of ours and the token is one of POST /sessions.
 */
const FIND_CALLER = `
  SELECT ${CALLER_COLUMNS} FROM accounts
  WHERE uid = $1 AND state = 'active' AND tokens_valid_after <= to_timestamp($2)
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = ANY ($3))
    AND EXISTS (
      SELECT 1 FROM applications WHERE applications.uid = $4 AND (applications.first_party OR NOT $5::boolean)
        AND applications.created_at < to_timestamp($2) + interval '1 second')`;

/** The same of a token that has no person behind it (RFC 6749, section 4.4): of the application alone. */
const FIND_APPLICATION = `
  SELECT 1 FROM applications
  WHERE uid = $1 AND created_at < to_timestamp($2) + interval '1 second'
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = $3)`;

/** Turns the claims of a verified token into who is calling right now. */
@Injectable()
export class PrincipalsService {
  constructor(private readonly database: Database) {}

  /** For tokens with and without a person behind them. @throws AppError 401 as `resolve` */
  async assertLive(claims: TokenClaims): Promise<void> {
    if (claims.sub !== claims.client_id) {
      await this.resolve(claims);
      return;
    }
    const { client_id: uid, iat, jti } = claims;
    const live = await this.database.query('find-live-application', FIND_APPLICATION, [uid, iat, jti]);
    if (live.length === 0) throw AuthErrors.invalidToken();
  }

  /** @throws AppError 401 when the token was revoked or its account may not act */
  async resolve(claims: TokenClaims): Promise<Principal> {
    const ids = [claims.jti, claims.sid, ...(claims.grant_id ? [claims.grant_id] : [])];
    const isSession = claims.token_use === 'session';
    const rows = await this.database.query<CallerRow>('find-caller', FIND_CALLER, [
      claims.sub,
      claims.iat,
      ids,
      claims.client_id,
      isSession,
    ]);
    if (!rows[0]) throw AuthErrors.invalidToken();
    return {
      kind: isSession ? 'session' : 'access',
      account: callerAccount(rows[0]),
      scopes: new Set(claims.scope ? claims.scope.split(' ') : []),
      clientId: claims.client_id,
      sessionId: claims.sid,
      tokenId: claims.jti,
      expiresAt: claims.exp,
      authTime: claims.auth_time,
      amr: claims.amr,
    };
  }
}

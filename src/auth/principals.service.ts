import { Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import { Database } from '../infra/database/database.service.js';
import { AuthErrors } from './auth.errors.js';
import { CALLER_COLUMNS, callerAccount, type CallerRow } from './caller-account.js';
import type { TokenClaims } from './token-claims.js';

/** By the database's clock, which is one for all replicas (CONTROLS C-81); what has no end has ended. */
const HAS_EXPIRED = (exp: string) => `coalesce(to_timestamp(${exp}) <= now(), true)`;

/**
 * Everything that can end a token early, in one statement on every request: something was revoked by id, the account
 * ended all its tokens, or may not act any more; its application was deleted (and perhaps registered anew), or is no
 * longer one of ours and the token is one of POST /sessions.
 */
const FIND_CALLER = `
  SELECT ${CALLER_COLUMNS}, ${HAS_EXPIRED('$6')} AS has_expired FROM accounts
  WHERE uid = $1 AND state = 'active' AND tokens_valid_after <= to_timestamp($2)
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = ANY ($3))
    AND EXISTS (
      SELECT 1 FROM applications WHERE applications.uid = $4 AND applications.deleted_at IS NULL
        AND (applications.first_party OR NOT $5::boolean)
        AND applications.created_at < to_timestamp($2) + interval '1 second')`;

/** The same of a token that has no person behind it (RFC 6749, section 4.4): of the application alone. */
const FIND_APPLICATION = `
  SELECT ${HAS_EXPIRED('$4')} AS has_expired FROM applications
  WHERE uid = $1 AND deleted_at IS NULL AND created_at < to_timestamp($2) + interval '1 second'
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE revocations.id = $3)`;

interface Ending {
  has_expired: boolean;
}

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
    const { client_id: uid, iat, jti, exp } = claims;
    const values = [uid, iat, jti, exp];
    const rows = await this.database.query<Ending>('find-live-application', FIND_APPLICATION, values);
    assertNotOver(rows[0]);
  }

  /** @throws AppError 401 when the token has expired or was revoked or its account may not act */
  async resolve(claims: TokenClaims): Promise<Principal> {
    const ids = [claims.jti, claims.sid, ...(claims.grant_id ? [claims.grant_id] : [])];
    const isSession = claims.token_use === 'session';
    const rows = await this.database.query<CallerRow & Ending>('find-caller', FIND_CALLER, [
      claims.sub,
      claims.iat,
      ids,
      claims.client_id,
      isSession,
      claims.exp,
    ]);
    return {
      kind: isSession ? 'session' : 'access',
      account: callerAccount(assertNotOver(rows[0])),
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

function assertNotOver<Row extends Ending>(row: Row | undefined): Row {
  if (!row) throw AuthErrors.invalidToken();
  if (row.has_expired) throw AuthErrors.expiredToken();
  return row;
}

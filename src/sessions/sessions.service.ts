import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { RevocationsService } from '../auth/revocations.service.js';
import { TokenIssuer } from '../auth/token-issuer.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import { Database } from '../infra/database/database.service.js';
import { LONGEST_SESSION_SECONDS, tokenLifetime } from './session-lifetime.js';
import { countToken } from '../infra/metrics/metrics.js';
import { SessionErrors } from './sessions.errors.js';
import { countSuccess } from './sign-in-counts.js';
import type { SignedIn } from './sign-in.service.js';
import { SESSION_TOKEN_COLUMNS, type SessionTokenRow, toSessionToken } from './session-token-row.js';

/**
 * Opens a session only while what was checked still holds, the password and that there is no second factor or it was
 * given: a change that commits meanwhile is waited for and then found. Nothing is ever dated before the moment from
 * which the account's tokens count.
 */
const OPEN_SESSION = `
  WITH session AS (
    INSERT INTO sessions (id, account_id, application_id, ip, user_agent, amr, authenticated_at, created_at, last_seen_at, expires_at)
    SELECT $1, accounts.id, $2, $3, $4, $5, moment, moment, moment, moment + make_interval(secs => $6)
    FROM accounts JOIN credentials ON credentials.account_id = accounts.id,
      LATERAL (SELECT greatest(date_trunc('second', now()), accounts.tokens_valid_after) AS moment) AS clock
    WHERE accounts.id = $7 AND accounts.state = 'active' AND credentials.password_hash = $8
      AND (NOT accounts.otp_enabled OR 'otp' = ANY ($5::text[]))
    FOR SHARE OF accounts, credentials
    RETURNING *)
  SELECT ${SESSION_TOKEN_COLUMNS}, session.created_at AS issued_at, session.expires_at AS token_ends_at
  FROM session JOIN accounts ON accounts.id = session.account_id
  JOIN applications ON applications.id = session.application_id`;

const tokenEnd = `least(date_trunc('second', now()) + make_interval(secs => $2),
  sessions.authenticated_at + make_interval(secs => $3))`;

/**
 * The new token lives as long as asked, but no token outlives the longest session. The account's row is held, so that
 * a password change that is under way ends this token too.
 */
const RENEW_SESSION = `
  WITH account AS (SELECT * FROM accounts WHERE id = $4 AND state = 'active' FOR SHARE),
  session AS (
    UPDATE sessions SET last_seen_at = now(), expires_at = greatest(expires_at, ${tokenEnd})
    FROM account
    WHERE sessions.id = $1 AND sessions.account_id = account.id AND sessions.ended_at IS NULL
      AND sessions.created_at >= account.tokens_valid_after AND ${tokenEnd} > now()
    RETURNING sessions.*, ${tokenEnd} AS token_ends_at)
  SELECT ${SESSION_TOKEN_COLUMNS}, session.token_ends_at,
    greatest(date_trunc('second', now()), accounts.tokens_valid_after) AS issued_at
  FROM session JOIN account AS accounts ON accounts.id = session.account_id
  JOIN applications ON applications.id = session.application_id`;

/** Sessions: opened by a sign-in, renewed, ended. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenIssuer,
    private readonly revocations: RevocationsService,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /**
   * @param lifetime seconds the token lives
   * @returns the token
   * @throws AppError 401 when the password was changed or the account lost its access meanwhile
   */
  async open(signedIn: SignedIn, lifetime: number, origin: RequestOrigin): Promise<string> {
    const { accountId, applicationId, passwordHash, amr, uid } = signedIn;
    const opening = this.database.transaction(async (tx) => {
      const values = [randomUUID(), applicationId, origin.ip, origin.userAgent, amr, lifetime, accountId, passwordHash];
      const [row] = await tx.query<SessionTokenRow[]>(OPEN_SESSION, values);
      if (!row) throw SessionErrors.unauthorized();
      const { sid, application_uid: application } = row;
      await this.audit.record(tx, {
        action: 'session.created',
        actor: uid,
        target: uid,
        origin,
        details: { sid, application },
      });
      const record = { uid, session_id: sid, application_uid: application, amr, ip: origin.ip };
      await this.events.record(tx, { name: 'session.created', record });
      return toSessionToken(row);
    });
    const session = await countSuccess(opening);
    countToken('session');
    return this.tokens.issue(session);
  }

  /**
   * A fresh token of the same session, with the same application and time of authentication.
   * @throws AppError 422 for a lifetime out of range, 403 when the session has been renewed for too long
   */
  async renew(principal: Principal, expiresIn: number | undefined, fallback: number): Promise<string> {
    const lifetime = tokenLifetime(expiresIn, fallback);
    const rows = await this.database.query<SessionTokenRow>('renew-session', RENEW_SESSION, [
      principal.sessionId,
      lifetime,
      LONGEST_SESSION_SECONDS,
      principal.account.id,
    ]);
    if (!rows[0]) throw isTooOld(principal) ? SessionErrors.tooOld() : SessionErrors.unauthorized();
    countToken('session_renewal');
    return this.tokens.issue(toSessionToken(rows[0]));
  }

  /** Ends a session of the caller. @throws AppError 404 when the caller has no such live session */
  async end(principal: Principal, sessionId: string, origin: RequestOrigin): Promise<void> {
    if (!(await this.endOne(principal, sessionId, origin))) throw SessionErrors.notFound();
  }

  /** Ends the session of a caller who guesses at the password (CONTROLS C-16); one of our pages is not among ours. */
  async endGuessing(principal: Principal): Promise<void> {
    if (principal.kind === 'session') await this.endOne(principal, principal.sessionId);
  }

  /** @returns false when the caller has no such live session */
  private async endOne({ account }: Principal, sessionId: string, origin?: RequestOrigin): Promise<boolean> {
    const { id, uid } = account;
    return this.database.transaction(async (tx) => {
      const expiresAt = await this.markEnded(tx, id, sessionId);
      if (!expiresAt) return false;
      await this.revocations.revoke(tx, sessionId, expiresAt);
      const details = { sid: sessionId };
      const entry = { action: 'session.ended', actor: uid, target: uid, details };
      await this.audit.record(tx, { ...entry, ...(origin && { origin }) });
      return true;
    });
  }

  private async markEnded(tx: EntityManager, accountId: string, sessionId: string): Promise<Date | undefined> {
    const [rows] = await tx.query<[{ expires_at: Date }[], number]>(
      `UPDATE sessions SET ended_at = now() FROM accounts
       WHERE sessions.id = $1 AND sessions.account_id = $2 AND accounts.id = $2 AND ended_at IS NULL
         AND expires_at > now() AND sessions.created_at >= accounts.tokens_valid_after
       RETURNING expires_at`,
      [sessionId, accountId],
    );
    return rows[0]?.expires_at;
  }
}

function isTooOld(principal: Principal): boolean {
  return principal.authTime + LONGEST_SESSION_SECONDS <= Date.now() / 1000;
}

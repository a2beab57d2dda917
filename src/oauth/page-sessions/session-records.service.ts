import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CALLER_COLUMNS, callerAccount, type CallerRow } from '../../auth/caller-account.js';
import type { Principal } from '../../common/principal.js';
import { Cipher } from '../../infra/crypto/cipher.service.js';
import { hashToken } from '../../infra/crypto/random-token.js';
import { Database } from '../../infra/database/database.service.js';
import { ENDED_KEPT, NOT_BEFORE_FACTOR, NOT_ENDED, openRecord } from '../oidc-records.service.js';

/** What the provider keeps of a session; see its model `Session`. */
export interface SessionPayload {
  uid: string;
  accountId: string;
  loginTs: number;
  exp: number;
  amr?: string[];
  authorizations?: Record<string, { grantId?: string; sid?: string; persistsLogout?: boolean }>;
}

interface PersonRow extends CallerRow {
  payload: Buffer;
  is_stale: boolean;
}

/** Who is signed in in a browser, read from the database on this very request. */
export interface SignedInPerson {
  account: Principal['account'];
  session: SessionPayload;
  /** Not seen within the last minute, as far as the record says. */
  isStale: boolean;
}

/** A browser in which the person is signed in. */
export interface PageSession {
  /** Names it in a form; opens nothing. */
  id: string;
  ip: string | null;
  user_agent: string | null;
  signed_in_at: Date;
  last_seen_at: Date | null;
  expires_at: Date;
}

/** Staff are signed out after half an hour without use, whatever they asked for (CONTROLS C-75). */
const LIVE = `
  model = 'Session' AND expires_at > now() AND (idle_expires_at IS NULL OR idle_expires_at > now())
  AND accounts.state = 'active' AND authenticated_at >= accounts.tokens_valid_after AND ${NOT_BEFORE_FACTOR}
  AND ${NOT_ENDED} AND (accounts.role = 'member' OR last_seen_at > now() - interval '30 minutes')`;

/** The provider's sessions as the pages see them: of which person, in which browser. */
@Injectable()
export class SessionRecords {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  /** @param id what the cookie holds */
  async findLive(id: string): Promise<SignedInPerson | undefined> {
    const rows = await this.database.query<PersonRow>(
      'find-page-session',
      `SELECT ${CALLER_COLUMNS}, payload,
         coalesce(last_seen_at < now() - interval '1 minute', true) AS is_stale
       FROM oidc_records JOIN accounts ON accounts.uid = oidc_records.account_uid
       WHERE id_hash = $1 AND ${LIVE}`,
      [hashToken(id)],
    );
    if (!rows[0]) return undefined;
    const { payload, is_stale: isStale } = rows[0];
    return { account: callerAccount(rows[0]), session: this.open(payload), isStale };
  }

  /** The person did something on our pages just now. */
  async touch(id: string): Promise<void> {
    await this.database.query(
      'touch-page-session',
      `UPDATE oidc_records SET last_seen_at = now(),
         idle_expires_at = CASE WHEN idle_expires_at IS NOT NULL THEN now() + (idle_expires_at - last_seen_at) END
       WHERE model = 'Session' AND id_hash = $1`,
      [hashToken(id)],
    );
  }

  /** Newest use first. */
  async listLive(accountUid: string): Promise<PageSession[]> {
    return this.database.query<PageSession>(
      'live-page-sessions',
      `SELECT encode(uid_hash, 'hex') AS id, ip, user_agent, authenticated_at AS signed_in_at, last_seen_at, expires_at
       FROM oidc_records JOIN accounts ON accounts.uid = oidc_records.account_uid
       WHERE account_uid = $1 AND ${LIVE} ORDER BY last_seen_at DESC NULLS LAST, id LIMIT 200`,
      [accountUid],
    );
  }

  /** Removes the named sessions of an account, or all but one. @returns what there was */
  async take(
    tx: EntityManager,
    accountUid: string,
    which: { id: string } | { except: string },
  ): Promise<SessionPayload[]> {
    const isOne = 'id' in which;
    const rows = await tx.query<{ payload: Buffer }[]>(
      `WITH gone AS (
         DELETE FROM oidc_records WHERE model = 'Session' AND account_uid = $1
           AND (encode(uid_hash, 'hex') = $2) = $3 RETURNING payload, uid_hash),
       marked AS (
         INSERT INTO revocations (id, expires_at)
         SELECT 'session ' || encode(uid_hash, 'hex'), now() + ${ENDED_KEPT} FROM gone ON CONFLICT (id) DO NOTHING)
       SELECT payload FROM gone`,
      [accountUid, isOne ? which.id : which.except, isOne],
    );
    return rows.map(({ payload }) => this.open(payload));
  }

  private open(payload: Buffer): SessionPayload {
    return openRecord(this.cipher, 'Session', payload) as unknown as SessionPayload;
  }
}

/** The name of a session in lists and forms. */
export const publicIdOf = (sessionUid: string): string => hashToken(sessionUid).toString('hex');

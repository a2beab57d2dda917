import { Injectable } from '@nestjs/common';
import type { AdapterPayload } from 'oidc-provider';
import type { EntityManager } from 'typeorm';
import { hashToken } from '../infra/crypto/random-token.js';
import { Cipher } from '../infra/crypto/cipher.service.js';
import { Database } from '../infra/database/database.service.js';
import { currentOrigin } from './request-origins.js';

interface RecordRow {
  payload: Buffer;
  consumed_at: Date | null;
  consumed_ago: number | null;
}

/** A stored payload and, for what is used once, how many seconds ago it was used. */
export interface StoredRecord {
  payload: AdapterPayload;
  consumedAt: Date | undefined;
  consumedAgo: number | undefined;
}

/** Whoever signed in before the second factor was turned on did it without (CONTROLS C-20). */
export const NOT_BEFORE_FACTOR = `NOT EXISTS (
  SELECT 1 FROM otp_secrets WHERE otp_secrets.account_id = accounts.id AND otp_secrets.enabled_at > authenticated_at)`;

/** The provider saves a session that it read before it was ended; that must not bring it back. */
export const NOT_ENDED = `NOT EXISTS (SELECT 1 FROM revocations
  WHERE revocations.id IN ('session ' || encode(uid_hash, 'hex'), 'session-id ' || encode(id_hash, 'hex')))`;
/** Longer than any session lasts. */
export const ENDED_KEPT = `interval '15 days'`;

const DESTROY = `
  WITH gone AS (DELETE FROM oidc_records WHERE model = $1 AND id_hash = $2 RETURNING model, id_hash)
  INSERT INTO revocations (id, expires_at)
  SELECT 'session-id ' || encode(id_hash, 'hex'), now() + ${ENDED_KEPT} FROM gone WHERE model = 'Session'
  ON CONFLICT (id) DO NOTHING`;

/**
 * A record of somebody who was banned or has ended all tokens since is not there any more: sessions, codes and refresh
 * tokens die with the account's access, in the same statement that looks for them. So does what a deleted application
 * was granted: one that has its uid now began later.
 */
const FIND = (key: string, more = '') => `
  SELECT payload, consumed_at, extract(epoch FROM clock_timestamp() - consumed_at)::float8 AS consumed_ago
  FROM oidc_records LEFT JOIN accounts ON accounts.uid = oidc_records.account_uid
  WHERE model = $1 AND ${key} = $2 AND expires_at > now()${more}
    AND (account_uid IS NULL OR (accounts.state = 'active'
      AND (authenticated_at IS NULL OR (authenticated_at >= accounts.tokens_valid_after AND ${NOT_BEFORE_FACTOR}))))
    AND (client_id IS NULL OR EXISTS (SELECT 1 FROM applications WHERE applications.uid = client_id
      AND applications.deleted_at IS NULL AND applications.created_at <= oidc_records.created_at))
    AND (model <> 'Session' OR ${NOT_ENDED})`;

/** A browser that nobody touches for half an hour is signed out; what it granted to applications goes on without it. */
const IDLE_SECONDS = 30 * 60;
const NOT_IDLE = ' AND (idle_expires_at IS NULL OR idle_expires_at > now())';

const UPSERT = `
  INSERT INTO oidc_records
    (model, id_hash, payload, grant_hash, uid_hash, user_code_hash, account_uid, client_id, authenticated_at, expires_at,
     ip, user_agent, last_seen_at, idle_expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9), now() + make_interval(secs => $10),
    $11, $12, CASE WHEN $1 = 'Session' THEN now() END, now() + make_interval(secs => $13))
  ON CONFLICT (model, id_hash) DO UPDATE SET
    payload = excluded.payload, grant_hash = excluded.grant_hash, uid_hash = excluded.uid_hash,
    user_code_hash = excluded.user_code_hash, account_uid = excluded.account_uid, client_id = excluded.client_id,
    authenticated_at = excluded.authenticated_at, expires_at = excluded.expires_at, ip = excluded.ip,
    user_agent = excluded.user_agent, last_seen_at = excluded.last_seen_at, idle_expires_at = excluded.idle_expires_at`;

const CONSUME = `
  UPDATE oidc_records SET consumed_at = clock_timestamp()
  WHERE model = $1 AND id_hash = $2 AND consumed_at IS NULL RETURNING 1`;

/** What the provider keeps, in one table: ids hashed, payloads encrypted. */
@Injectable()
export class OidcRecords {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  async find(model: string, id: string): Promise<StoredRecord | undefined> {
    return this.findBy('oidc-find', FIND('id_hash', NOT_IDLE), model, id);
  }

  async findByUid(model: string, uid: string): Promise<StoredRecord | undefined> {
    return this.findBy('oidc-find-by-uid', FIND('uid_hash'), model, uid);
  }

  async findByUserCode(model: string, userCode: string): Promise<StoredRecord | undefined> {
    return this.findBy('oidc-find-by-user-code', FIND('user_code_hash'), model, userCode);
  }

  /** @param expiresIn seconds */
  async upsert(model: string, id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    await this.database.query('oidc-upsert', UPSERT, [
      model,
      hashToken(id),
      this.cipher.seal(JSON.stringify(payload), contextOf(model)),
      ...columnsOf(payload),
      expiresIn,
      ...browserOf(model, payload),
    ]);
  }

  /** Of any number of parallel calls exactly one gets true. */
  async consume(model: string, id: string): Promise<boolean> {
    return (await this.database.query('oidc-consume', CONSUME, [model, hashToken(id)])).length > 0;
  }

  async destroy(model: string, id: string): Promise<void> {
    await this.database.query('oidc-destroy', DESTROY, [model, hashToken(id)]);
  }

  /** Ids of what a person has granted to a client, or to all of them, over all sessions. */
  async grantIdsOf(tx: EntityManager, accountUid: string, clientId?: string): Promise<string[]> {
    const rows = await tx.query<{ payload: Buffer }[]>(
      `SELECT payload FROM oidc_records
       WHERE model = 'Grant' AND account_uid = $1 AND client_id = coalesce($2, client_id)`,
      [accountUid, clientId ?? null],
    );
    return rows.map(({ payload }) => this.open('Grant', payload).jti as string);
  }

  private open(model: string, sealed: Buffer): AdapterPayload {
    return openRecord(this.cipher, model, sealed);
  }

  private async findBy(name: string, sql: string, model: string, value: string): Promise<StoredRecord | undefined> {
    const rows = await this.database.query<RecordRow>(name, sql, [model, hashToken(value)]);
    const row = rows[0];
    if (!row) return undefined;
    return {
      payload: this.open(model, row.payload),
      consumedAt: row.consumed_at ?? undefined,
      consumedAgo: row.consumed_ago ?? undefined,
    };
  }
}

/** What is looked for, beside the payload in which it is sealed. */
function columnsOf(payload: AdapterPayload): unknown[] {
  const { grantId, uid, userCode, accountId, clientId } = payload;
  const { authTime, loginTs } = payload as { authTime?: number; loginTs?: number };
  const hashes = [grantId, uid, userCode].map((id) => (id === undefined ? null : hashToken(id)));
  return [...hashes, accountId ?? null, clientId ?? null, authTime ?? loginTs ?? null];
}

/** Address, user agent and idle seconds of a session; nothing of other models. */
function browserOf(model: string, payload: AdapterPayload): unknown[] {
  if (model !== 'Session') return [null, null, null];
  const origin = currentOrigin();
  const idle = (payload as { transient?: boolean }).transient ? IDLE_SECONDS : null;
  return [origin?.ip ?? null, origin?.userAgent ?? null, idle];
}

/** A stored payload in clear. */
export function openRecord(cipher: Cipher, model: string, sealed: Buffer): AdapterPayload {
  return JSON.parse(cipher.open(sealed, contextOf(model)).toString()) as AdapterPayload;
}

const contextOf = (model: string): string => `oidc:${model}`;

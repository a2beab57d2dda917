import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.service.js';
import { IdempotencyErrors } from './idempotency.errors.js';

/** A request under a key of its sender. The hashes tell nothing of either. */
export interface KeyedRequest {
  accountId: string;
  key: Buffer;
  request: Buffer;
}

/** What was answered, once more; wrapped, since an answer may be null. */
export interface KeptAnswer {
  answer: unknown;
}

/** Thrown within a transaction: another request under the key was done meanwhile. */
export class KeyIsTaken extends Error {}

const FIND = `
  SELECT request_hash, answer FROM idempotency_keys
  WHERE account_id = $1 AND key_hash = $2 AND expires_at > now()`;

/** Of requests at the same time the second waits here until the first is done. */
const TAKE = `
  INSERT INTO idempotency_keys (account_id, key_hash, request_hash, answer, expires_at)
  VALUES ($1, $2, $3, 'null', now() + interval '24 hours')
  ON CONFLICT (account_id, key_hash) DO UPDATE
    SET request_hash = excluded.request_hash, answer = excluded.answer, expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= now()
  RETURNING account_id`;

/** Requests that were done under a key, for 24 hours (draft-ietf-httpapi-idempotency-key-header, section 2). */
@Injectable()
export class IdempotencyKeys {
  constructor(private readonly database: Database) {}

  /** @throws AppError 422 when the key stands for another request */
  async find({ accountId, key, request }: KeyedRequest): Promise<KeptAnswer | undefined> {
    const rows = await this.database.query<{ request_hash: Buffer; answer: unknown }>('find-idempotency-key', FIND, [
      accountId,
      key,
    ]);
    if (!rows[0]) return undefined;
    if (!rows[0].request_hash.equals(request)) throw IdempotencyErrors.reused();
    return { answer: rows[0].answer };
  }

  /** @throws KeyIsTaken */
  async take(tx: EntityManager, { accountId, key, request }: KeyedRequest): Promise<void> {
    const rows = await tx.query<unknown[]>(TAKE, [accountId, key, request]);
    if (rows.length === 0) throw new KeyIsTaken();
  }

  async keep(tx: EntityManager, { accountId, key }: KeyedRequest, answer: unknown): Promise<void> {
    await tx.query('UPDATE idempotency_keys SET answer = $3 WHERE account_id = $1 AND key_hash = $2', [
      accountId,
      key,
      JSON.stringify(answer ?? null),
    ]);
  }

  async giveBack(tx: EntityManager, { accountId, key }: KeyedRequest): Promise<void> {
    await tx.query('DELETE FROM idempotency_keys WHERE account_id = $1 AND key_hash = $2', [accountId, key]);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { RequestErrors } from '../common/request-errors.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Cipher } from '../infra/crypto/cipher.service.js';
import { generateKey } from './key-material.js';
import { privateKeyContext } from './key-ring.js';
import { SIGNING_ALGORITHMS, type SigningAlgorithm, SigningKey, type SigningKeyStatus } from './signing-key.entity.js';

/** Held while keys are made or rotated, so that replicas that start together agree on one set. */
const KEYS_LOCK = 7_264_002;
/** Whoever waits, waits for at most a few keys to be made. */
const TURN_TRIES = 150;
const TURN_PAUSE_MS = 200;
/** The longest token life and some time for caches of the key set; after that a retired key verifies nothing. */
export const RETIRED_KEPT_HOURS = 25;
/** Before a key signs, every copy of the key set must hold it: replicas look every 30 s, caches keep theirs for 300 s. */
export const PUBLISHED_MINUTES = 10;

/** Who rotates: the uid of an account, `system` for the clock, null for a command of the operator. */
export interface RotatedBy {
  actor: string | null;
  origin?: RequestOrigin;
}

/** The signing keys in the database: made at the first start, rotated by command and by the clock. */
@Injectable()
export class SigningKeysService {
  constructor(
    @InjectRepository(SigningKey) private readonly keys: Repository<SigningKey>,
    private readonly cipher: Cipher,
    private readonly audit: AuditService,
  ) {}

  /** Newest first. */
  list(): Promise<SigningKey[]> {
    return this.keys.find({ order: { algorithm: 'ASC', createdAt: 'DESC' } });
  }

  /** Makes what is missing of a current and a next key for every algorithm. */
  async ensure(): Promise<void> {
    if ((await this.missing(this.keys.manager)).length === 0) return;
    await this.exclusively(async (tx) => {
      for (const { algorithm, status } of await this.missing(tx)) await this.insert(tx, algorithm, status);
    });
  }

  /** The next key starts to sign, the current one only verifies from now on, and a new next key is published. */
  async rotate(algorithm: SigningAlgorithm, by: RotatedBy = { actor: null }): Promise<void> {
    await this.exclusively((tx) => this.exchange(tx, algorithm, by));
  }

  /**
   * Rotates what has signed for longer than so many days. Replicas that do this together rotate once: whoever comes
   * second to the lock finds young keys. A next key that caches may not have seen yet is left for later.
   * @returns the algorithms whose keys were rotated
   */
  rotateOlderThan(days: number): Promise<SigningAlgorithm[]> {
    return this.exclusively(async (tx) => {
      const due = await tx.query<{ algorithm: SigningAlgorithm }[]>(
        `SELECT present.algorithm FROM signing_keys AS present
         JOIN signing_keys AS next ON next.algorithm = present.algorithm AND next.status = 'next'
         WHERE present.status = 'current' AND present.activated_at < now() - make_interval(days => $1)
           AND next.created_at <= now() - interval '${PUBLISHED_MINUTES} minutes'
         ORDER BY present.algorithm`,
        [days],
      );
      for (const { algorithm } of due) await this.exchange(tx, algorithm, { actor: 'system' });
      return due.map(({ algorithm }) => algorithm);
    });
  }

  /**
   * For a key that somebody else may have: every key of the algorithm is gone at once, and with them every token that
   * they signed, forged or not (CONTROLS C-45). Copies of the key set that others hold end within five minutes.
   */
  async replace(algorithm: SigningAlgorithm, by: RotatedBy = { actor: null }): Promise<void> {
    await this.exclusively(async (tx) => {
      const [gone] = await tx.query<[{ kid: string }[], number]>(
        'DELETE FROM signing_keys WHERE algorithm = $1 RETURNING kid',
        [algorithm],
      );
      for (const status of ['current', 'next'] as const) await this.insert(tx, algorithm, status);
      const details = { algorithm, removed: gone.map(({ kid }) => kid) };
      await this.audit.record(tx, { action: 'keys.replaced', ...by, target: null, details });
    });
  }

  private async exchange(tx: EntityManager, algorithm: SigningAlgorithm, by: RotatedBy): Promise<void> {
    const [retired] = await tx.query<[{ kid: string }[], number]>(
      `UPDATE signing_keys SET status = 'previous', retired_at = now()
       WHERE algorithm = $1 AND status = 'current' RETURNING kid`,
      [algorithm],
    );
    const [activated] = await tx.query<[{ kid: string }[], number]>(
      `UPDATE signing_keys SET status = 'current', activated_at = now()
       WHERE algorithm = $1 AND status = 'next' RETURNING kid`,
      [algorithm],
    );
    await this.insert(tx, algorithm, 'next');
    await tx.query(
      `DELETE FROM signing_keys WHERE status = 'previous' AND retired_at < now() - interval '${RETIRED_KEPT_HOURS} hours'`,
    );
    const target = activated[0]?.kid ?? null;
    const details = { algorithm, before: retired[0]?.kid ?? null };
    await this.audit.record(tx, { action: 'keys.rotated', ...by, target, details });
  }

  private exclusively<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.keys.manager.transaction(async (tx) => {
      await waitForTurn(tx);
      return work(tx);
    });
  }

  private async missing(manager: EntityManager): Promise<{ algorithm: SigningAlgorithm; status: SigningKeyStatus }[]> {
    const present = await manager.find(SigningKey, { select: { kid: true, algorithm: true, status: true } });
    return SIGNING_ALGORITHMS.flatMap((algorithm) =>
      (['current', 'next'] as const)
        .filter((status) => !present.some((key) => key.algorithm === algorithm && key.status === status))
        .map((status) => ({ algorithm, status })),
    );
  }

  private async insert(tx: EntityManager, algorithm: SigningAlgorithm, status: SigningKeyStatus): Promise<void> {
    const { kid, publicJwk, privateKey } = await generateKey(algorithm);
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    await tx.insert(SigningKey, {
      kid,
      algorithm,
      status,
      publicJwk: publicJwk as never,
      privateKeyEncrypted: this.cipher.seal(der, privateKeyContext(kid)),
      activatedAt: status === 'current' ? () => 'now()' : null,
    });
  }
}

/** Asks again and again, since a statement that waits for longer than any may is taken for a database that hangs. */
async function waitForTurn(tx: EntityManager): Promise<void> {
  for (let tries = 0; tries < TURN_TRIES; tries += 1) {
    const [row] = await tx.query<{ is_ours: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS is_ours', [
      KEYS_LOCK,
    ]);
    if (row?.is_ours) return;
    await sleep(TURN_PAUSE_MS);
  }
  throw RequestErrors.busy();
}

import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { Cipher } from '../infra/crypto/cipher.service.js';
import { generateKey } from './key-material.js';
import { privateKeyContext } from './key-ring.js';
import { SIGNING_ALGORITHMS, type SigningAlgorithm, SigningKey, type SigningKeyStatus } from './signing-key.entity.js';

/** Held while keys are made or rotated, so that replicas that start together agree on one set. */
const KEYS_LOCK = 7_264_002;
/** The longest token life and some time for caches of the key set; after that a retired key verifies nothing. */
const RETIRED_KEPT = '25 hours';

/** The signing keys in the database: made at the first start, rotated by command. */
@Injectable()
export class SigningKeysService {
  constructor(
    @InjectRepository(SigningKey) private readonly keys: Repository<SigningKey>,
    private readonly cipher: Cipher,
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
  async rotate(algorithm: SigningAlgorithm): Promise<void> {
    await this.exclusively(async (tx) => {
      await tx.query(
        `UPDATE signing_keys SET status = 'previous', retired_at = now() WHERE algorithm = $1 AND status = 'current'`,
        [algorithm],
      );
      await tx.query(
        `UPDATE signing_keys SET status = 'current', activated_at = now() WHERE algorithm = $1 AND status = 'next'`,
        [algorithm],
      );
      await this.insert(tx, algorithm, 'next');
      await tx.query(
        `DELETE FROM signing_keys WHERE status = 'previous' AND retired_at < now() - interval '${RETIRED_KEPT}'`,
      );
    });
  }

  private exclusively<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.keys.manager.transaction(async (tx) => {
      // Whoever waits here waits for at most a few keys to be made; the usual lock time-out would be too short for that.
      await tx.query(`SET LOCAL lock_timeout = '30s'`);
      await tx.query(`SET LOCAL statement_timeout = '30s'`);
      await tx.query('SELECT pg_advisory_xact_lock($1)', [KEYS_LOCK]);
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

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../infra/database/database.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { CHAIN_START, SEALED_COLUMNS, type SealedEntry, sealOf } from './audit-chain.js';

const EVERY_MINUTE = '* * * * *';
const EVERY_NIGHT = '23 3 * * *';

/** One sealer at a time, or the chain would fork. */
const SEAL_LOCK = 7_264_003;
const BATCH = 500;
/**
 * Entries get their ids when they are added and are seen when their transaction commits, so a lower id may appear
 * after a higher one. Looking back this far finds all but those of a transaction that was open for long.
 */
const LOOK_BACK = 50_000;

/**
 * The chain over the record: each seal holds the hash of its entry and of the seal before it, in the order of sealing.
 * Whoever changes or removes an entry afterwards breaks it (CONTROLS C-76).
 */
@Injectable()
export class AuditSealsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.repeat('audit.seal', EVERY_MINUTE, () => this.sealRecent());
    this.worker.repeat('audit.seal_all', EVERY_NIGHT, () => this.sealAll());
  }

  /** Seals what has been added lately. */
  async sealRecent(): Promise<void> {
    const { newest, sealed } = await this.bounds();
    await this.sealRange(Math.max(0, sealed - LOOK_BACK), newest);
  }

  /** Seals whatever is not sealed yet, however old. */
  async sealAll(): Promise<void> {
    await this.sealRange(0, (await this.bounds()).newest);
  }

  private async sealRange(after: number, newest: number): Promise<void> {
    for (let from = after; from < newest; from += LOOK_BACK) {
      while ((await this.database.transaction((tx) => this.sealBatch(tx, from, from + LOOK_BACK))) === BATCH);
    }
  }

  /** @returns how many entries it sealed */
  private async sealBatch(tx: EntityManager, after: number, upTo: number): Promise<number> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [SEAL_LOCK]);
    const entries = await tx.query<SealedEntry[]>(
      `SELECT ${SEALED_COLUMNS} FROM audit_entries AS entry
       WHERE entry.id > $1 AND entry.id <= $2
         AND NOT EXISTS (SELECT 1 FROM audit_seals WHERE audit_seals.entry_id = entry.id)
       ORDER BY entry.id LIMIT ${BATCH}`,
      [after, upTo],
    );
    if (entries.length === 0) return 0;
    const seals = chain(entries, await this.newestSeal(tx));
    await tx.query(
      `INSERT INTO audit_seals (entry_id, hash)
       SELECT entry_id, hash FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS seal (entry_id, hash, place)
       ORDER BY place`,
      [entries.map(({ id }) => id), seals],
    );
    return entries.length;
  }

  private async newestSeal(tx: EntityManager): Promise<Buffer> {
    const [seal] = await tx.query<{ hash: Buffer }[]>('SELECT hash FROM audit_seals ORDER BY position DESC LIMIT 1');
    return seal?.hash ?? CHAIN_START;
  }

  /** Highest ids of entries and of sealed entries; 0 for none. */
  private async bounds(): Promise<{ newest: number; sealed: number }> {
    const [row] = await this.database.query<{ newest: string; sealed: string }>(
      'audit-seal-bounds',
      `SELECT coalesce((SELECT max(id) FROM audit_entries), 0) AS newest,
         coalesce((SELECT max(entry_id) FROM audit_seals), 0) AS sealed`,
      [],
    );
    return { newest: Number(row?.newest ?? 0), sealed: Number(row?.sealed ?? 0) };
  }
}

function chain(entries: SealedEntry[], previous: Buffer): Buffer[] {
  let last = previous;
  return entries.map((entry) => (last = sealOf(entry, last)));
}

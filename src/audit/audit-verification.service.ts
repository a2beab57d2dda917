import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../infra/database/database.service.js';
import { CHAIN_START, SEALED_COLUMNS, type SealedEntry, sealOf } from './audit-chain.js';

const BATCH = 1_000;

export interface BrokenEntry {
  id: string;
  /** `missing`: there is a seal but no entry. `altered`: the entry, its seal or the one before it is not what it was. */
  what: 'missing' | 'altered';
}

export interface AuditVerification {
  /** Entries that were removed because they were old enough; the chain begins after them. */
  pruned: number;
  sealed: number;
  /** Entries without a seal: the newest ones, for a minute, or those whose seal was removed. */
  unsealed: number;
  /** In the order of sealing. */
  broken: BrokenEntry[];
  /** The newest seal in hex; noted elsewhere, it proves later that nothing before it was cut off. */
  head: string;
  /** Whether the chain holds a head that was noted before; true when none was asked for. */
  holdsHead: boolean;
}

interface SealRow {
  position: string;
  entry_id: string;
  hash: Buffer;
}

interface Checkpoint {
  /** Of the last seal that was removed. */
  position: string;
  hash: Buffer;
  /** Entries, up to there. */
  pruned: string;
}

/** Recomputes the chain over the record; see audit-seals.service.ts. */
@Injectable()
export class AuditVerificationService {
  constructor(private readonly database: Database) {}

  /** @param notedHead a head that an earlier run told, in hex */
  verify(notedHead?: string): Promise<AuditVerification> {
    return this.database.transaction(async (tx) => {
      // Old entries may be removed meanwhile: checkpoint, seals and entries have to be of one moment.
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      return this.verifyIn(tx, notedHead);
    });
  }

  private async verifyIn(tx: EntityManager, notedHead?: string): Promise<AuditVerification> {
    const broken: BrokenEntry[] = [];
    let sealed = 0;
    const checkpoint = await this.checkpoint(tx);
    let previous = checkpoint.hash;
    const isHead = (hash: Buffer) => notedHead === undefined || hash.toString('hex') === notedHead.toLowerCase();
    let holdsHead = isHead(previous);
    for await (const seal of this.sealsAfter(tx, checkpoint.position)) {
      const entry = seal.entry;
      if (!entry) broken.push({ id: seal.entry_id, what: 'missing' });
      else if (!sealOf(entry, previous).equals(seal.hash)) broken.push({ id: seal.entry_id, what: 'altered' });
      sealed += 1;
      // What was stored, not what was computed: so an entry does not break all that follow it.
      previous = seal.hash;
      holdsHead ||= isHead(seal.hash);
    }
    const unsealed = await this.countUnsealed(tx);
    return { pruned: Number(checkpoint.pruned), sealed, unsealed, broken, head: previous.toString('hex'), holdsHead };
  }

  /**
   * Where the chain begins. A checkpoint of which the record says nothing is worth nothing: the chain is then read from
   * its very start, and the first entry that is left does not follow it.
   */
  private async checkpoint(tx: EntityManager): Promise<Checkpoint> {
    const [row] = await tx.query<Checkpoint[]>(
      `SELECT position, hash, (
         SELECT sum(entries) FROM audit_checkpoints AS earlier WHERE earlier.position <= checkpoint.position) AS pruned
       FROM audit_checkpoints AS checkpoint
       WHERE EXISTS (
         SELECT 1 FROM audit_entries WHERE action = 'audit.pruned'
           AND details->>'position' = checkpoint.position::text AND details->>'seal' = encode(checkpoint.hash, 'hex'))
       ORDER BY position DESC LIMIT 1`,
    );
    return row ?? { position: '0', hash: CHAIN_START, pruned: '0' };
  }

  private async *sealsAfter(
    tx: EntityManager,
    start: string,
  ): AsyncGenerator<SealRow & { entry: SealedEntry | undefined }> {
    let position = start;
    for (;;) {
      const seals = await tx.query<SealRow[]>(
        `SELECT position, entry_id, hash FROM audit_seals WHERE position > $1 ORDER BY position LIMIT ${BATCH}`,
        [position],
      );
      const last = seals.at(-1);
      if (!last) return;
      const entries = await this.entriesOf(tx, seals);
      for (const seal of seals) yield { ...seal, entry: entries.get(seal.entry_id) };
      position = last.position;
    }
  }

  private async entriesOf(tx: EntityManager, seals: SealRow[]): Promise<Map<string, SealedEntry>> {
    const entries = await tx.query<SealedEntry[]>(
      `SELECT ${SEALED_COLUMNS} FROM audit_entries AS entry WHERE entry.id = ANY ($1::bigint[])`,
      [seals.map(({ entry_id }) => entry_id)],
    );
    return new Map(entries.map((entry) => [entry.id, entry]));
  }

  private async countUnsealed(tx: EntityManager): Promise<number> {
    const [row] = await tx.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM audit_entries
       WHERE NOT EXISTS (SELECT 1 FROM audit_seals WHERE entry_id = audit_entries.id)`,
    );
    return row?.count ?? 0;
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../infra/database/database.service.js';
import { CHAIN_START, SEALED_COLUMNS, type SealedEntry, sealOf } from './audit-chain.js';

const BATCH = 1_000;

export interface BrokenEntry {
  id: string;
  /** `missing`: there is a seal but no entry. `altered`: the entry, its seal or the one before it is not what it was. */
  what: 'missing' | 'altered';
}

export interface AuditVerification {
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

/** Recomputes the chain over the record; see audit-seals.service.ts. */
@Injectable()
export class AuditVerificationService {
  constructor(private readonly database: Database) {}

  /** @param notedHead a head that an earlier run told, in hex */
  async verify(notedHead?: string): Promise<AuditVerification> {
    const broken: BrokenEntry[] = [];
    let sealed = 0;
    let previous = CHAIN_START;
    let holdsHead = notedHead === undefined;
    for await (const seal of this.seals()) {
      const entry = seal.entry;
      if (!entry) broken.push({ id: seal.entry_id, what: 'missing' });
      else if (!sealOf(entry, previous).equals(seal.hash)) broken.push({ id: seal.entry_id, what: 'altered' });
      sealed += 1;
      // What was stored, not what was computed: so an entry does not break all that follow it.
      previous = seal.hash;
      holdsHead ||= seal.hash.toString('hex') === notedHead?.toLowerCase();
    }
    const present = sealed - broken.filter(({ what }) => what === 'missing').length;
    const unsealed = (await this.countEntries()) - present;
    return { sealed, unsealed, broken, head: previous.toString('hex'), holdsHead };
  }

  private async *seals(): AsyncGenerator<SealRow & { entry: SealedEntry | undefined }> {
    let position = '0';
    for (;;) {
      const seals = await this.database.query<SealRow>(
        'audit-verify-seals',
        `SELECT position, entry_id, hash FROM audit_seals WHERE position > $1 ORDER BY position LIMIT ${BATCH}`,
        [position],
      );
      const last = seals.at(-1);
      if (!last) return;
      const entries = await this.entriesOf(seals);
      for (const seal of seals) yield { ...seal, entry: entries.get(seal.entry_id) };
      position = last.position;
    }
  }

  private async entriesOf(seals: SealRow[]): Promise<Map<string, SealedEntry>> {
    const entries = await this.database.query<SealedEntry>(
      'audit-verify-entries',
      `SELECT ${SEALED_COLUMNS} FROM audit_entries AS entry WHERE entry.id = ANY ($1::bigint[])`,
      [seals.map(({ entry_id }) => entry_id)],
    );
    return new Map(entries.map((entry) => [entry.id, entry]));
  }

  private async countEntries(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'audit-count-entries',
      'SELECT count(*)::int AS count FROM audit_entries',
      [],
    );
    return row?.count ?? 0;
  }
}

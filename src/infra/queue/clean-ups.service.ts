import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { JobWorker } from './job-worker.service.js';

/** Every ten minutes, by one replica at a time: a table is never much larger than what is alive in it. */
const TASK = 'housekeeping.clean_up';
const OFTEN = '*/10 * * * *';
/** Small enough that nobody waits for it, and that autovacuum keeps up. */
const BATCH = 1000;

/** Rows that nobody needs any more. Both texts are ours, never a caller's. */
export interface CleanUp {
  table: string;
  /** In SQL; an index must find them. */
  expired: string;
}

/** Removes what has expired. The folder that owns a table says what that is. */
@Injectable()
export class CleanUps implements OnModuleInit {
  private readonly logger = new Logger('CleanUps');
  private readonly cleanUps: CleanUp[] = [];

  constructor(
    private readonly database: Database,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.repeat(TASK, OFTEN, () => this.run());
  }

  add(...cleanUps: CleanUp[]): void {
    this.cleanUps.push(...cleanUps);
  }

  /** Tables that are cleaned, for the test that looks for forgotten ones. */
  get tables(): string[] {
    return this.cleanUps.map(({ table }) => table);
  }

  /** One table after the other; what fails is tried again the next time, and the others are cleaned none the less. */
  async run(): Promise<void> {
    for (const cleanUp of this.cleanUps) {
      const { table } = cleanUp;
      try {
        const removed = await this.clean(cleanUp);
        if (removed > 0) this.logger.log({ msg: 'expired rows removed', table, removed });
      } catch (error) {
        const { code } = error as { code?: string };
        this.logger.warn({ msg: 'expired rows could not be removed', table, code });
      }
    }
  }

  /** Rows that somebody holds are left for the next time. @returns how many rows went */
  private async clean({ table, expired }: CleanUp): Promise<number> {
    let removed = 0;
    for (;;) {
      const rows = await this.database.query(
        `clean-up-${table}`,
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${table} WHERE ${expired} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)) RETURNING 1`,
        [],
      );
      removed += rows.length;
      if (rows.length < BATCH) return removed;
    }
  }
}

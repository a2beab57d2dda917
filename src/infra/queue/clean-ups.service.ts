import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { unlessHeld } from '../database/exclusively.js';
import { Database } from '../database/database.service.js';
import { cleanUpBatch, cleanUpBehind, cleanUpFailures, cleanUpRows, cleanUpSucceeded } from '../metrics/metrics.js';
import { ExpiredRows } from './expired-rows.js';
import { JobWorker } from './job-worker.service.js';

/** Every ten minutes, by one replica at a time: a table is never much larger than what is alive in it. */
const TASK = 'housekeeping.clean_up';
const OFTEN = '*/10 * * * *';
const LOCK = 7_264_004;

/** Small enough that nobody waits for it, and that autovacuum keeps up; smaller where the database is slow just now. */
const LARGEST_BATCH = 1000;
const SMALLEST_BATCH = 50;
const LONG_BATCH_MS = 100;
/** After each batch others have the database for as long as it took. */
const PAUSE = 1;
/** No table keeps the others waiting for longer; what is left then goes the next time. */
const LONGEST_MS = 60_000;

/** Rows that nobody needs any more. Both texts are ours, never a caller's. */
export interface CleanUp {
  table: string;
  /** In SQL, `<column> < <from when on>`; an index must begin with the column. */
  expired: string;
}

/** Removes at most so many, oldest first. @returns how many they were; 0: nothing is left */
export type RemoveBatch = (most: number) => Promise<number>;

interface Sweep {
  name: string;
  begin: () => RemoveBatch;
}

/** Removes what has expired (CONTROLS C-90). The folder that owns a table says what that is. */
@Injectable()
export class CleanUps implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('CleanUps');
  private readonly expiries: ExpiredRows[] = [];
  private readonly sweeps: Sweep[] = [];
  private stopping = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.repeat(TASK, OFTEN, async () => void (await this.run()));
  }

  /** The process ends: the batch in hand is the last one. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** @throws Error for a condition of another form than `<column> < <from when on>` */
  add(...cleanUps: CleanUp[]): void {
    for (const { table, expired } of cleanUps) {
      const rows = new ExpiredRows(table, expired);
      this.expiries.push(rows);
      this.sweeps.push({ name: table, begin: () => rows.begin(this.database) });
    }
  }

  /** What takes more than a condition. @param name what is removed, for logs and metrics */
  addSweep(name: string, removeBatch: RemoveBatch): void {
    this.sweeps.push({ name, begin: () => removeBatch });
  }

  /** Tables that are cleaned and how their rows are found, for the test that looks for forgotten ones. */
  get found(): { table: string; found: string }[] {
    return this.expiries;
  }

  /**
   * One table after the other; what fails is tried again the next time, and the others are cleaned none the less.
   * @returns false when another process is at it
   */
  async run(): Promise<boolean> {
    return unlessHeld(this.config, LOCK, async (lost) => {
      for (const sweep of this.sweeps) await this.sweep(sweep, lost);
    });
  }

  private async sweep({ name: table, begin }: Sweep, lost: AbortSignal): Promise<void> {
    try {
      const { removed, isDone } = await this.removeAll(table, begin(), lost);
      cleanUpBehind.set({ table }, isDone ? 0 : 1);
      cleanUpSucceeded.set({ table }, Date.now() / 1000);
      if (removed > 0) this.logger.log({ msg: 'expired rows removed', table, removed, isDone });
    } catch (error) {
      const { code } = error as { code?: string };
      cleanUpFailures.inc({ table });
      this.logger.warn({ msg: 'expired rows could not be removed', table, code });
    }
  }

  private async removeAll(table: string, removeBatch: RemoveBatch, lost: AbortSignal) {
    const endsAt = performance.now() + LONGEST_MS;
    let removed = 0;
    let size = LARGEST_BATCH;
    while (!this.stopping && !lost.aborted && performance.now() < endsAt) {
      const startedAt = performance.now();
      const count = await removeBatch(size);
      const ms = performance.now() - startedAt;
      if (count === 0) return { removed, isDone: true };
      removed += count;
      cleanUpRows.inc({ table }, count);
      cleanUpBatch.observe(ms / 1000);
      size = ms > LONG_BATCH_MS ? Math.max(SMALLEST_BATCH, size >> 1) : Math.min(LARGEST_BATCH, size << 1);
      await sleep(ms * PAUSE);
    }
    return { removed, isDone: false };
  }
}

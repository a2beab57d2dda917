import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import type { AppError } from '../../common/app-error.js';
import { RequestErrors } from '../../common/request-errors.js';
import { Config } from '../../config/config.js';
import { GaugeSources } from '../metrics/gauge-sources.service.js';
import { hashQueue, hashRefusals } from '../metrics/metrics.js';
import { inSpan } from '../tracing/spans.js';

/** One core needs about this long for one bcrypt at cost 11; each step of the cost doubles it. */
const MILLISECONDS_AT_COST_11 = 103;
/** Work that may wait; above it a caller is told to come back rather than kept. */
const QUEUE_MILLISECONDS = 2_000;
const MINIMUM_QUEUE = 4;

/** Hashing threads at the lowest priority, so that everything cheap stays quick while passwords are checked. */
@Injectable()
export class HashPool implements OnApplicationShutdown {
  private readonly pool: Piscina;
  private readonly maxQueue: number;
  /** Waiting or in a thread. */
  private inHand = 0;

  constructor(config: Config, gauges: GaugeSources) {
    const threads = os.availableParallelism();
    const oneHash = MILLISECONDS_AT_COST_11 * 2 ** (config.bcryptCost - 11);
    this.maxQueue = Math.max(MINIMUM_QUEUE, Math.floor((threads * QUEUE_MILLISECONDS) / oneHash));
    this.pool = new Piscina({
      filename: fileURLToPath(new URL('./bcrypt.worker.mjs', import.meta.url)),
      minThreads: threads,
      maxThreads: threads,
      maxQueue: this.maxQueue,
      niceIncrement: 19,
    });
    gauges.add(() => {
      const { queueSize: waiting } = this.pool;
      hashQueue.set({ state: 'waiting' }, waiting);
      hashQueue.set({ state: 'running' }, Math.max(0, this.inHand - waiting));
    });
  }

  /** Refuses early, before an account is even looked up, while the queue is full. @throws AppError 503 */
  assertCapacity(): void {
    if (this.pool.queueSize >= this.maxQueue) throw busy();
  }

  hash(input: string, cost: number): Promise<string> {
    return this.run({ kind: 'hash', input, cost }) as Promise<string>;
  }

  /** Compares, then burns one hash at each cost of `padding`, so that a cheap hash takes as long as a dear one. */
  compare(input: string, hash: string, padding: number[]): Promise<boolean> {
    return this.run({ kind: 'compare', input, hash, padding }) as Promise<boolean>;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }

  private async run(task: { kind: string } & Record<string, unknown>): Promise<unknown> {
    this.inHand += 1;
    try {
      const before = { 'barong.hash.waiting': this.pool.queueSize };
      return await inSpan([`password ${task.kind}`, 'internal', before], () => this.pool.run(task));
    } catch (error) {
      if (error instanceof Error && /queue is at limit/i.test(error.message)) throw busy();
      throw error;
    } finally {
      this.inHand -= 1;
    }
  }
}

function busy(): AppError {
  hashRefusals.inc();
  return RequestErrors.busy();
}

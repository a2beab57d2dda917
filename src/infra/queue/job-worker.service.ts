import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  type CronItem,
  type JobHelpers,
  Logger as WorkerLogger,
  type LogFunctionFactory,
  parseCronItems,
  type Runner,
  type Task,
  type TaskList,
  type WorkerEvents,
  run,
} from 'graphile-worker';
import type { Pool } from 'pg';
import { Config } from '../../config/config.js';
import { Cipher } from '../crypto/cipher.service.js';
import { directPoolConfig, poolConfig } from '../database/connection.js';
import { createPool } from '../database/pool.js';
import { inRoot, traceIdIn } from '../tracing/spans.js';
import { AbandonedJobs } from './abandoned-jobs.js';
import { countJobs } from './job-counts.js';
import { JobFailure, recordedFailure } from './job-failure.js';
import { jobContext, type QueuedPayload } from './job-queue.service.js';
import { hurryLateRetries } from './late-retries.js';
import { patient } from './patient-pool.js';

export interface Job {
  /** Stable over retries; unique in one database. */
  id: string;
  /** From 1. */
  attempt: number;
  /** Class, code and status of the error of the try before, such as `Error EAUTH 535`. */
  lastFailure: string | undefined;
}

/** Does one job; a job whose handler throws is tried again later. It may run twice and must bear that. */
export type JobHandler = (payload: unknown, job: Job) => Promise<void>;

/** One connection listens for new jobs, the others take and finish them. */
const WORKER_CONNECTIONS = 3;
/** Beside a pooler: the one that listens, and one for what is asked once a minute. */
const DIRECT_CONNECTIONS = 2;
const CONCURRENT_JOBS = 2;
const RESTART_MS = 2_000;
/** How long the end of the process waits for what became of the last jobs to be written down. */
const LAST_WORDS_MS = 5_000;
const LAST_WORDS_CHECK_MS = 10;
/** What comes again anyway is not tried for a day. */
const REPEATED_ATTEMPTS = 3;
const TEND = 'queue.tend';
const EVERY_MINUTE = '* * * * *';

/** Runs the jobs of the queue inside this process; every replica does, PostgreSQL deals them out. */
@Injectable()
export class JobWorker implements BeforeApplicationShutdown {
  private readonly handlers = new Map<string, JobHandler>();
  private readonly repeated: CronItem[] = [];
  private readonly logger = new Logger('Jobs');
  private readonly pool: Pool;
  /** Leads to PostgreSQL itself, since a pooler hears of no job and keeps no lock; the same as `pool` without one. */
  private readonly listeners: Pool;
  private readonly abandoned: AbandonedJobs;
  private runner: Runner | undefined;
  private restart: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly config: Config,
    private readonly cipher: Cipher,
  ) {
    const lost = (error: Error) => this.logger.warn({ msg: 'idle queue connection lost', error: error.message });
    const pool = createPool(poolConfig(config, WORKER_CONNECTIONS), lost);
    this.listeners = config.databasePooled ? createPool(directPoolConfig(config, DIRECT_CONNECTIONS), lost) : pool;
    this.pool = patient(pool, this.listeners);
    this.abandoned = new AbandonedJobs(this.pool);
    this.repeat(TEND, EVERY_MINUTE, () => this.tend());
  }

  /** Feature modules register their handlers in onModuleInit. @throws Error when a task is registered twice */
  handle(task: string, handler: JobHandler): void {
    if (this.handlers.has(task)) throw new Error(`task ${task} has two handlers`);
    this.handlers.set(task, handler);
  }

  /**
   * Does something again and again, once for all replicas together; at most one such job waits.
   * @param times as in crontab(5), by UTC, such as `17 3 * * *`
   */
  repeat(task: string, times: string, work: () => Promise<void>): void {
    this.handle(task, work);
    const options = { maxAttempts: REPEATED_ATTEMPTS, jobKey: task, jobKeyMode: 'preserve_run_at' as const };
    this.repeated.push({ task, match: times, options });
  }

  /** Begins to work; the server does, commands do not. */
  async start(): Promise<void> {
    await this.run(Object.fromEntries([...this.handlers].map(([task, handler]) => [task, this.toTask(task, handler)])));
  }

  /** Sees to jobs that would wait for hours: those of processes that were killed, and late retries. */
  async tend(): Promise<void> {
    for (const { task, count, dead } of await this.abandoned.free()) {
      this.logger.warn({ msg: 'jobs that nobody does are free again', task, count });
      if (dead > 0) this.logger.error({ msg: 'job given up', task, count: dead });
    }
    await hurryLateRetries(this.pool);
  }

  /** Lets the jobs in hand finish, while everything that they need is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    await this.runner?.stop().catch(() => undefined);
    await this.lastWords();
    await Promise.all([...new Set([this.pool, this.listeners])].map((pool) => pool.end()));
  }

  /**
   * graphile-worker does not wait until it is written down that a job was done, and a pool that ends drops who waits for
   * a connection: the job would be done once more, and its mail sent again (CONTROLS C-84).
   */
  private async lastWords(): Promise<void> {
    for (let left = LAST_WORDS_MS; this.pool.waitingCount > 0 && left > 0; left -= LAST_WORDS_CHECK_MS)
      await sleep(LAST_WORDS_CHECK_MS);
  }

  private toTask(task: string, handler: JobHandler): Task {
    return async (payload: unknown, { job }: JobHelpers) => {
      try {
        await inRoot(spanOf(task, job.attempts), (payload as QueuedPayload).traceparent, async () =>
          handler(this.open(task, payload), toJob(job)),
        );
      } catch (error) {
        throw new JobFailure(error);
      }
    };
  }

  /** What was put into the queue; undefined for what the clock put there. */
  private open(task: string, payload: unknown): unknown {
    const { sealed } = payload as QueuedPayload;
    if (!sealed) return undefined;
    return JSON.parse(this.cipher.open(Buffer.from(sealed, 'base64'), jobContext(task)).toString());
  }

  private async run(taskList: TaskList): Promise<void> {
    this.runner = await run({
      pgPool: this.pool,
      taskList,
      // Tests do such work when they want it done: nothing may happen between two looks at the database.
      parsedCronItems: parseCronItems(this.config.environment === 'test' ? [] : this.repeated),
      concurrency: CONCURRENT_JOBS,
      noHandleSignals: true,
      pollInterval: 2_000,
      logger: new WorkerLogger(this.logFactory),
      events: this.events(),
    });
    // The runner gives up after some failures in a row, as when the database is away for a while.
    const again = () => this.startLater(taskList);
    this.runner.promise.then(again, again);
  }

  private events(): WorkerEvents {
    const events: WorkerEvents = new EventEmitter();
    const failed = ({ message }: Error) => this.logger.warn({ msg: 'the queue was not tended', error: message });
    this.abandoned.watch(events, () => this.tend(), failed);
    countJobs(events);
    // The alarm (CONTROLS C-85): from here on only staff can do something about it.
    events.on('job:failed', ({ job: { id, task_identifier: task, attempts, payload }, error }) => {
      const recorded = recordedFailure((error as Error).message);
      this.logger.error({ msg: 'job given up', task, job: id, attempts, error: recorded, ...traceOf(payload) });
    });
    return events;
  }

  private startLater(taskList: TaskList): void {
    if (this.stopping) return;
    this.logger.warn({ msg: 'job runner stopped; starting it again' });
    this.restart = setTimeout(() => {
      this.run(taskList).catch(() => this.startLater(taskList));
    }, RESTART_MS).unref();
  }

  /** graphile-worker tells payloads; only its warnings are passed on, without them. */
  private readonly logFactory: LogFunctionFactory = () => (level, message, meta) => {
    if (!['error', 'warning'].includes(level)) return;
    const { task_identifier: task, payload } = (meta?.job ?? {}) as { task_identifier?: string; payload?: unknown };
    const error = meta?.error instanceof JobFailure ? meta.error.message : undefined;
    this.logger.warn({
      msg: task ? `job failed: ${task}` : message.slice(0, 200),
      ...(error && { error }),
      ...traceOf(payload),
    });
  };
}

function toJob({ id, attempts, last_error: error }: JobHelpers['job']): Job {
  return { id, attempt: attempts, lastFailure: error === null ? undefined : recordedFailure(error) };
}

const traceOf = (payload: unknown): object => traceIdIn((payload as QueuedPayload | undefined)?.traceparent);

/** A job belongs to the trace of the request that put it there, however late it is done. */
function spanOf(task: string, attempt: number): Parameters<typeof inRoot>[0] {
  const destination = { 'messaging.system': 'graphile-worker', 'messaging.destination.name': task };
  return [`job ${task}`, 'consumer', { ...destination, 'barong.job.attempt': attempt }];
}

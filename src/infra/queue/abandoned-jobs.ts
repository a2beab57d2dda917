import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEvents } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';

/** First half of the advisory locks by which workers show that they live; the second is a hash of the worker's name. */
const PRESENCE = 1_785_684_595;
/**
 * When the database was away for everybody, the others may need so long to show their presence again: graphile-worker
 * waits up to a minute between two tries. Whoever has just started cannot know whether it was away.
 */
const RECONNECTION_MS = 90_000;
/** Short beside the minute for which jobs that were just taken are left alone. */
const SHOW_AGAIN_MS = 5_000;

/** graphile-worker tries every two minutes to write down what became of a job, when the database was away just then. */
const WRITTEN_DOWN_MS = 5 * 60_000;

/** Jobs of one task that nobody does. */
export interface FreedJobs {
  task: string;
  count: number;
  /** Those of them that had no try left. */
  dead: number;
}

/** Names of the workers that show their presence on this database, as they are hashed. */
export const LIVE_WORKERS = `
  SELECT objid FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${PRESENCE} AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** What was taken within the last minute is left alone: its worker may not have shown its presence yet. */
const LOST = `
  SELECT locked_by, task_identifier, attempts >= max_attempts AS is_dead FROM graphile_worker.jobs
  WHERE locked_at < now() - interval '1 minute' AND NOT EXISTS (
    SELECT 1 FROM (${LIVE_WORKERS}) AS worker WHERE objid = (hashtext(locked_by)::bigint & 4294967295)::oid)`;

/**
 * $1 a worker, $2 what it has in hand. A job that was given to it and is not there was lost on the way, with the
 * connection that asked for it; its queue waits for it.
 */
const FREE_UNHEARD = `
  WITH unheard AS (
    UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL, run_at = greatest(run_at, now())
    WHERE locked_by = $1 AND locked_at < now() - interval '1 minute' AND NOT id = ANY ($2::bigint[])
    RETURNING job_queue_id, task_id, attempts >= max_attempts AS is_dead
  ), queues AS (
    UPDATE graphile_worker._private_job_queues SET locked_at = NULL, locked_by = NULL
    WHERE locked_by = $1 AND id IN (SELECT job_queue_id FROM unheard)
  )
  SELECT identifier AS task, count(*)::int AS count, (count(*) FILTER (WHERE is_dead))::int AS dead
  FROM unheard JOIN graphile_worker._private_tasks AS tasks ON tasks.id = task_id GROUP BY 1 ORDER BY 1`;

/**
 * A killed process leaves its jobs locked, and graphile-worker frees those after four hours only. So every worker holds
 * an advisory lock on the connection by which it listens: PostgreSQL takes it back when the process is gone, and what
 * that worker had taken is free again. Long jobs of workers that live are never touched (CONTROLS C-85, C-86), but for
 * those of this process that it never heard of.
 */
export class AbandonedJobs {
  /** Until then nobody's absence means anything; milliseconds since the epoch. */
  private trustedFrom = Date.now() + RECONNECTION_MS;
  private listener: PoolClient | undefined;
  /** Name of this process's workers. */
  private worker: string | undefined;
  /** Ids of the jobs in hand; with the moment when they were done, for as long as that may not be written down yet. */
  private readonly inHand = new Map<string, number | undefined>();

  constructor(
    private readonly pool: Pool,
    private readonly showAgainMs = SHOW_AGAIN_MS,
  ) {}

  /** @param whenPresent is called each time a worker of this process has shown its presence */
  watch(events: WorkerEvents, whenPresent: () => Promise<unknown>, failed: (error: Error) => void): void {
    events.on('pool:listen:error', () => (this.trustedFrom = Infinity));
    events.on('pool:listen:success', ({ client, workerPool }) => {
      if (this.trustedFrom === Infinity) this.trustedFrom = Date.now() + RECONNECTION_MS;
      this.listener = client;
      this.worker = workerPool.id;
      const show = () => this.show(client, workerPool.id, failed).then(whenPresent).catch(failed);
      // graphile-worker begins to listen right after this; a connection does one thing at a time.
      client.once('drain', () => void show());
    });
    events.on('pool:listen:release', ({ client }) => {
      this.listener = undefined;
      client.once('drain', () => void client.query('SELECT pg_advisory_unlock_all()').catch(() => undefined));
    });
    events.on('job:start', ({ job }) => this.inHand.set(job.id, undefined));
    events.on('job:complete', ({ job }) => this.inHand.set(job.id, Date.now()));
  }

  /** They are tried again with what tries they have. */
  async free(): Promise<FreedJobs[]> {
    return [...(await this.freeUnheard()), ...(await this.freeOfOthers())];
  }

  private async freeUnheard(): Promise<FreedJobs[]> {
    for (const [id, doneAt] of this.inHand)
      if (doneAt !== undefined && doneAt < Date.now() - WRITTEN_DOWN_MS) this.inHand.delete(id);
    if (this.worker === undefined) return [];
    return (await this.pool.query<FreedJobs>(FREE_UNHEARD, [this.worker, [...this.inHand.keys()]])).rows;
  }

  private async freeOfOthers(): Promise<FreedJobs[]> {
    if (Date.now() < this.trustedFrom) return [];
    const { rows } = await this.pool.query<FreedJobs>(
      `WITH lost AS MATERIALIZED (${LOST}),
            freed AS MATERIALIZED (SELECT graphile_worker.force_unlock_workers(ARRAY(SELECT DISTINCT locked_by FROM lost)))
       SELECT task_identifier AS task, count(*)::int AS count, (count(*) FILTER (WHERE is_dead))::int AS dead
       FROM lost, freed GROUP BY 1 ORDER BY 1`,
    );
    return rows;
  }

  /**
   * Shared, because the connection before may not have been found dead yet. Tried for as long as this worker listens:
   * the others take its jobs when it cannot be seen.
   */
  private async show(client: PoolClient, worker: string, failed: (error: Error) => void): Promise<void> {
    while (this.listener === client) {
      try {
        await client.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [PRESENCE, worker]);
        return;
      } catch (error) {
        failed(error as Error);
        await sleep(this.showAgainMs, undefined, { ref: false });
      }
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { atMostEvery } from '../metrics/at-most-every.js';
import { GaugeSources } from '../metrics/gauge-sources.service.js';
import { jobsDead, jobsOldest, jobsWaiting } from '../metrics/metrics.js';

/** Every replica tells the same, so one look at the queue serves many scrapes. */
const EVERY_MS = 15_000;

/** Of a job that failed, the time since it was due again. */
const STATE = `
  SELECT task_identifier AS task,
    (count(*) FILTER (WHERE is_due))::int AS waiting,
    coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE is_due)), 0)::float8 AS oldest,
    (count(*) FILTER (WHERE locked_at IS NULL AND attempts >= max_attempts))::int AS dead
  FROM (SELECT *, locked_at IS NULL AND attempts < max_attempts AND run_at <= now() AS is_due FROM graphile_worker.jobs) AS job
  GROUP BY 1`;

interface StateRow {
  task: string;
  waiting: number;
  oldest: number;
  dead: number;
}

/** What the queue holds, for whoever watches it. */
@Injectable()
export class JobGauges {
  constructor(
    private readonly database: Database,
    gauges: GaugeSources,
  ) {
    gauges.add(atMostEvery(EVERY_MS, () => this.read()));
  }

  private async read(): Promise<void> {
    // What is not known is not told: an old number would hide that the database is away.
    for (const gauge of [jobsWaiting, jobsOldest, jobsDead]) gauge.reset();
    const rows = await this.database.query<StateRow & Record<string, unknown>>('job-gauges', STATE, []);
    for (const { task, waiting, oldest, dead } of rows) {
      jobsWaiting.set({ task }, waiting);
      jobsOldest.set({ task }, oldest);
      jobsDead.set({ task }, dead);
    }
  }
}

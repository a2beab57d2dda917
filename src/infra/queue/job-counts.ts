import type { WorkerEvents } from 'graphile-worker';
import { jobs } from '../metrics/metrics.js';

/** Tasks are ours, so their names are few. The last failure of a job counts as failed and as given up. */
export function countJobs(events: WorkerEvents): void {
  events.on('job:success', ({ job }) => jobs.inc({ task: job.task_identifier, outcome: 'done' }));
  events.on('job:error', ({ job }) => jobs.inc({ task: job.task_identifier, outcome: 'failed' }));
  events.on('job:failed', ({ job }) => jobs.inc({ task: job.task_identifier, outcome: 'given_up' }));
}

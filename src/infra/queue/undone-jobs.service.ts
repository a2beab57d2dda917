import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LIVE_WORKERS } from './abandoned-jobs.js';

/** What the list of dead letters tells of such jobs. */
export const MAY_BE_DONE = 'MayBeDone RestoredFromBackup';

/** What the clock puts there comes again anyway: its key is its task. */
const OPEN = `attempts < max_attempts AND key IS DISTINCT FROM task_identifier`;

/**
 * Jobs of a restored queue. Those that waited when the backup was taken have been done since, or not: nobody can tell.
 * So none of them is done by itself again; they are dead letters that an operator may try anew (CONTROLS C-91).
 */
@Injectable()
export class UndoneJobs {
  /** How many servers are at work on this database. */
  async countServers(tx: EntityManager): Promise<number> {
    const [row] = await tx.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM (${LIVE_WORKERS}) AS worker`);
    return row?.count ?? 0;
  }

  /** Call it while no server is at work. @returns how many of each task */
  async giveUp(tx: EntityManager): Promise<Record<string, number>> {
    await tx.query(
      `SELECT graphile_worker.force_unlock_workers(ARRAY(
         SELECT DISTINCT locked_by FROM graphile_worker.jobs WHERE locked_by IS NOT NULL))`,
    );
    const given = await tx.query<{ task: string; count: number }[]>(
      `WITH open AS MATERIALIZED (SELECT id, task_identifier FROM graphile_worker.jobs WHERE ${OPEN}),
            failed AS MATERIALIZED (
              SELECT id FROM graphile_worker.permanently_fail_jobs(ARRAY(SELECT id FROM open), $1))
       SELECT task_identifier AS task, count(*)::int AS count FROM open JOIN failed USING (id) GROUP BY 1 ORDER BY 1`,
      [MAY_BE_DONE],
    );
    return Object.fromEntries(given.map(({ task, count }) => [task, count]));
  }
}

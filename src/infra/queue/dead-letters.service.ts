import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.service.js';
import { recordedFailure } from './job-failure.js';

/** A job that was tried as often as it may be. Its payload is nobody's business: it names people and opens accounts. */
export interface DeadLetter {
  id: string;
  task: string;
  attempts: number;
  /** Class and code of the last error, without its message. */
  lastError: string;
  createdAt: Date;
  /** When it was last due. */
  runAt: Date;
}

interface JobRow {
  id: string;
  task_identifier: string;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  run_at: Date;
}

const DEAD = `jobs.attempts >= jobs.max_attempts AND jobs.locked_at IS NULL`;
/** Long enough for staff to look; after that a message is of no use to anybody, and still names people. */
const KEPT = `interval '30 days'`;
const ID = /^[1-9]\d{0,17}$/;

@Injectable()
export class DeadLetters {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(offset: number, limit: number): Promise<DeadLetter[]> {
    const rows = await this.database.query<JobRow>(
      'dead-letters',
      `SELECT id, task_identifier, attempts, last_error, created_at, run_at FROM graphile_worker.jobs
       WHERE ${DEAD} ORDER BY id DESC LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
    return rows.map(toDeadLetter);
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'dead-letters-count',
      `SELECT count(*)::int AS count FROM graphile_worker.jobs WHERE ${DEAD}`,
      [],
    );
    return row?.count ?? 0;
  }

  /** How many there are of each task, most first. */
  countByTask(): Promise<{ task: string; count: number }[]> {
    return this.database.query<{ task: string; count: number }>(
      'dead-letters-by-task',
      `SELECT task_identifier AS task, count(*)::int AS count FROM graphile_worker.jobs
       WHERE ${DEAD} GROUP BY 1 ORDER BY 2 DESC, 1`,
      [],
    );
  }

  /** Removes those that nobody revived in time. @returns how many, `most` at most */
  async removeOld(most: number): Promise<number> {
    const removed = await this.database.query(
      'remove-dead-letters',
      `SELECT removed.id FROM graphile_worker.complete_jobs(
         ARRAY(SELECT id FROM graphile_worker.jobs WHERE ${DEAD} AND updated_at < now() - ${KEPT} ORDER BY id LIMIT $1)) AS removed`,
      [most],
    );
    return removed.length;
  }

  /**
   * Lets the oldest dead jobs of a task begin anew, with all their attempts.
   * @param most that are revived at once
   * @returns how many they were
   */
  async reviveAll(tx: EntityManager, task: string, most: number): Promise<number> {
    const revived = await tx.query<unknown[]>(
      `SELECT revived.id FROM graphile_worker.reschedule_jobs(
         ARRAY(SELECT id FROM graphile_worker.jobs WHERE task_identifier = $1 AND ${DEAD} ORDER BY id LIMIT $2),
         run_at := now(), attempts := 0) AS revived`,
      [task, most],
    );
    return revived.length;
  }

  /**
   * Lets a dead job begin anew, with all its attempts.
   * @returns its task, or undefined when there is no such dead job
   */
  async revive(tx: EntityManager, id: string): Promise<string | undefined> {
    if (!ID.test(id)) return undefined;
    const [job] = await tx.query<{ task_identifier: string }[]>(
      `WITH dead AS (SELECT id, task_identifier FROM graphile_worker.jobs WHERE id = $1 AND ${DEAD})
       SELECT dead.task_identifier
       FROM dead, graphile_worker.reschedule_jobs(ARRAY[dead.id], run_at := now(), attempts := 0) AS revived`,
      [id],
    );
    return job?.task_identifier;
  }
}

function toDeadLetter(row: JobRow): DeadLetter {
  const { id, task_identifier: task, attempts, last_error: error, created_at: createdAt, run_at: runAt } = row;
  return { id, task, attempts, lastError: recordedFailure(error), createdAt, runAt };
}

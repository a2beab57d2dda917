import type { Pool } from 'pg';

/**
 * graphile-worker waits e^attempt seconds, which grows to six hours. What would wait longer than this comes within 45
 * to 75 minutes instead: spread, so that not everything that failed together comes back together (CONTROLS C-85).
 */
const HURRY = `
  SELECT count(*)::int AS hurried
  FROM (SELECT id FROM graphile_worker.jobs
        WHERE locked_at IS NULL AND attempts BETWEEN 1 AND max_attempts - 1
          AND run_at > now() + interval '76 minutes') AS late,
       LATERAL graphile_worker.reschedule_jobs(
         ARRAY[late.id], run_at := now() + interval '1 hour' * (0.75 + random() / 2)) AS hurried`;

/** @returns how many jobs come earlier now */
export async function hurryLateRetries(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ hurried: number }>(HURRY);
  return rows[0]?.hurried ?? 0;
}

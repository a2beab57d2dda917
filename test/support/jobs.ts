import type { TestApp } from './app.js';
import { eventually } from './client.js';

/** Waits until the queue has done all there was to do, so that what did not happen will not happen any more. */
export async function jobsDone(server: Pick<TestApp, 'sql'>): Promise<void> {
  await eventually(async () => {
    const [row] = await server.sql<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM graphile_worker._private_jobs
       WHERE attempts < max_attempts AND run_at < now() + interval '1 minute'`,
    );
    return row?.waiting === 0;
  });
}

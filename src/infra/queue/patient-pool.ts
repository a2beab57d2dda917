import type { Pool, PoolClient } from 'pg';
import { isDatabaseUnavailable } from '../database/database-errors.js';

/** One of the codes after which graphile-worker tries again by itself: after 3 s, later every 2 min, 100 times. */
const TRIED_AGAIN = 'EHOSTUNREACH';

type Query = (...args: unknown[]) => unknown;

/**
 * graphile-worker 0.17 writes down what became of a job without waiting for the answer. When the database is away just
 * then, it tries again after errors of a few codes only; any other is caught by nobody, which ends the process. So all
 * errors that mean "away" get such a code here: no job is lost or left locked, and the process lives on (CONTROLS C-82).
 * @param listeners where the connection comes from that waits for jobs and holds this worker's lock; it is asked for
 * with a callback, as are those of `pool.query`, and no other
 */
export function patient(pool: Pool, listeners = pool): Pool {
  const connect = pool.connect.bind(pool) as (...args: unknown[]) => Promise<PoolClient>;
  const connectListener =
    listeners === pool ? connect : (listeners.connect.bind(listeners) as unknown as typeof connect);
  const seen = new WeakSet<PoolClient>();
  pool.connect = (async (...args: unknown[]) => {
    if (args.length > 0) return connectListener(...args);
    // After the end nobody is there any more to hear an error.
    if (pool.ending) return new Promise(() => undefined);
    const client = await connect().catch(translate);
    if (!seen.has(client)) translateQueriesOf(client);
    seen.add(client);
    return client;
  }) as Pool['connect'];
  return pool;
}

function translateQueriesOf(client: PoolClient): void {
  const query = client.query.bind(client) as Query;
  const patientQuery: Query = (...args) => {
    const result = query(...args);
    return result instanceof Promise ? result.catch(translate) : result;
  };
  client.query = patientQuery as PoolClient['query'];
}

function translate(error: unknown): never {
  throw error instanceof Error && isDatabaseUnavailable(error) ? Object.assign(error, { code: TRIED_AGAIN }) : error;
}

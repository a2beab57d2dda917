import pg from 'pg';
import type { Config } from '../../config/config.js';
import { connectionTarget } from './connection.js';

/**
 * Runs work that only one process of all may do at a time; the others wait for their turn.
 * @param lock names the work; PostgreSQL lets go of it by itself when this process dies
 */
export async function exclusively<T>(config: Config, lock: number, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionTarget(config));
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    return await work();
  } finally {
    await client.end();
  }
}

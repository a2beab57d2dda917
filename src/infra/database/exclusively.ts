import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../../config/config.js';
import { CONNECT_TIMEOUT_MS, directTarget } from './connection.js';

const POLL_MS = 200;

/**
 * Runs work that only one process of all may do at a time; the others wait for their turn.
 * @param lock names the work; PostgreSQL lets go of it by itself when this process dies
 */
export async function exclusively<T>(config: Config, lock: number, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...directTarget(config), keepAlive: true });
  // It says nothing while the work goes on; when it breaks then, that must not end the process in the middle of the work.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await untilHeld(client, lock);
    return await work();
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Asked again and again: CREATE INDEX CONCURRENTLY of who has the lock would wait for a statement that waits for it. */
async function untilHeld(client: pg.Client, lock: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ is_ours: boolean }>('SELECT pg_try_advisory_lock($1) AS is_ours', [lock]);
    if (rows[0]?.is_ours) return;
    await setTimeout(POLL_MS);
  }
}

/**
 * Runs work unless another process is at it just now.
 * @param lock as above; held in a transaction that does nothing else
 * @param work gets a signal that tells when the connection that holds the lock is gone, and somebody else may begin
 * @returns false when it was not its turn
 */
export async function unlessHeld(
  config: Config,
  lock: number,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const client = new pg.Client({ ...directTarget(config), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  await client.connect();
  try {
    await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
    const { rows } = await client.query<{ is_ours: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS is_ours', [
      lock,
    ]);
    if (!rows[0]?.is_ours) return false;
    await work(lost.signal);
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

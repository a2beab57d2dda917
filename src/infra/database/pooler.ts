import type pg from 'pg';
import type { Config } from '../../config/config.js';
import { CONNECT_TIMEOUT_MS, directTarget, poolConfig } from './connection.js';
import { createPool } from './pool.js';

/** What stands between us and PostgreSQL. */
export interface Pooler {
  /** Something other than PostgreSQL answers at this address. */
  isThere: boolean;
  /** Names of the time-outs that statements have none of. */
  missing: string[];
}

/** What is wrong with the pooler's own settings. */
export class PoolerError extends Error {}

const STATE = `
  SELECT pg_backend_pid() AS pid, array_agg(name::text ORDER BY name DESC) FILTER (WHERE setting = '0') AS missing
  FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')`;

/** Looks at what answers at DATABASE_URL. */
export const findPooler = (config: Config): Promise<Pooler> => look(poolConfig(config, 1));

/** Looks at what answers at DATABASE_DIRECT_URL; without time-outs of ours, which a pooler would refuse. */
export const findDirectPooler = (config: Config): Promise<Pooler> =>
  look({ ...directTarget(config), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });

/**
 * pgbouncer takes no time-outs from us: what was not set there, PostgreSQL lets hang for ever (CONTROLS C-82).
 * @throws PoolerError
 */
export async function assertPoolerHasTimeouts(config: Config): Promise<void> {
  if (!config.databasePooled) return;
  const { missing } = await findPooler(config);
  if (missing.length === 0) return;
  throw new PoolerError(
    `pgbouncer's connections have no ${missing.join(', ')}: set connect_query as docs/postgresql.md says`,
  );
}

async function look(settings: pg.PoolConfig): Promise<Pooler> {
  const pool = createPool(settings, () => undefined);
  try {
    const client = (await pool.connect()) as pg.PoolClient & { processID: number };
    const { rows } = await client
      .query<{ pid: number; missing: string[] | null }>(STATE)
      .finally(() => client.release());
    // A pooler makes up process numbers for its clients, by which it knows whose statement to cancel.
    return { isThere: rows[0]?.pid !== client.processID, missing: rows[0]?.missing ?? [] };
  } finally {
    await pool.end();
  }
}

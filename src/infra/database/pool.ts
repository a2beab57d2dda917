import pg from 'pg';

/**
 * A pool beside the ORM's. Connections that break, idle or in use, are told to `lost` and replaced; without a
 * listener each of them would end the process.
 */
export function createPool(settings: pg.PoolConfig, lost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool(settings);
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

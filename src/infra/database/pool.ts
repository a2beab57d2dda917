import pg from 'pg';
import type { Config } from '../../config/config.js';
import { poolConfig } from './connection.js';

/**
 * A pool beside the ORM's. Connections that break, idle or in use, are told to `lost` and replaced; without a
 * listener each of them would end the process.
 */
export function createPool(
  config: Config,
  size: number,
  lost: (error: Error) => void,
  more: pg.PoolConfig = {},
): pg.Pool {
  const pool = new pg.Pool({ ...poolConfig(config, size), ...more });
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { PoolConfig } from 'pg';
import type { Config } from '../../config/config.js';
import { DatabaseConnection } from './database-connection.js';
import { PooledConnection } from './pooled-connection.js';

/** Time-outs of every statement, in milliseconds: a stuck database must not hold requests (CONTROLS 2). */
export const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 5_000;
const LOCK_TIMEOUT_MS = 2_000;
const IDLE_TRANSACTION_TIMEOUT_MS = 10_000;

/** Name of the role and of the database inside the embedded server. */
export const EMBEDDED_NAME = 'barong';
/** A socket's path may have 107 bytes, of which PostgreSQL adds `/.s.PGSQL.5432`. */
const LONGEST_SOCKET_DIRECTORY = 90;

/** Where the embedded server of this data directory listens; in the temporary directory when the path is too long. */
export function embeddedSocketDirectory(dataDir: string): string {
  const inside = path.join(dataDir, 'postgres-socket');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_DIRECTORY) return inside;
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return path.join(os.tmpdir(), `barong-${digest}`);
}

/** How to reach the database, without pool or time-outs. */
export function connectionTarget(config: Config): PoolConfig {
  if (config.databaseUrl) return { connectionString: config.databaseUrl };
  // All of it is said, so that PGPORT and its like in somebody's shell say nothing.
  const host = embeddedSocketDirectory(config.dataDir);
  return { host, port: 5432, user: EMBEDDED_NAME, database: EMBEDDED_NAME, ssl: false };
}

/** How to reach PostgreSQL itself: for locks, for hearing of jobs and for migrations a pooler is of no use. */
export function directTarget(config: Config): PoolConfig {
  return config.databaseDirectUrl ? { connectionString: config.databaseDirectUrl } : connectionTarget(config);
}

/** Settings of a pg pool for request work. */
export function poolConfig(config: Config, size = config.databasePool): PoolConfig {
  return {
    ...connectionTarget(config),
    Client: config.databasePooled ? PooledConnection : DatabaseConnection,
    ...poolSettings(size),
  };
}

/** The same for connections to PostgreSQL itself. */
export function directPoolConfig(config: Config, size: number): PoolConfig {
  return { ...directTarget(config), Client: DatabaseConnection, ...poolSettings(size) };
}

function poolSettings(size: number): PoolConfig {
  return {
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    application_name: 'barong',
  };
}

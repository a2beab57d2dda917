import pg from 'pg';
import { CONNECT_TIMEOUT_MS, EMBEDDED_NAME } from '../database/connection.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** `busy`: starting, recovering or stopping. */
export type ServerState = 'ready' | 'busy' | 'absent';

/** Those who only ask whether others are there; they do not count. */
const PROBE_NAME = 'barong-embedded-postgres';

const NO_SERVER = ['ENOENT', 'ECONNREFUSED'];
/** The server is starting or stopping, or went away under the connection. */
const NOT_NOW = ['57P03', '57P01', 'ECONNRESET', 'EPIPE', undefined];
/** Said to the slower of two that make the same database. */
const MADE_BY_ANOTHER = ['42P04', '23505', '55006'];

/** Connects and, in a fresh cluster, makes our database. Throws EmbeddedPostgresError when a server refuses us. */
export async function probe(socketDirectory: string): Promise<ServerState> {
  try {
    return await withClient(socketDirectory, ensureDatabase);
  } catch (error) {
    const code = codeOf(error);
    if (NO_SERVER.includes(code ?? '')) return 'absent';
    if (NOT_NOW.includes(code)) return 'busy';
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL in ${socketDirectory} refuses: ${(error as Error).message}`,
      error,
    );
  }
}

async function ensureDatabase(client: pg.Client): Promise<ServerState> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [EMBEDDED_NAME]);
  if (found.rows.length > 0) return 'ready';
  try {
    await client.query(`CREATE DATABASE ${EMBEDDED_NAME}`);
    return 'ready';
  } catch (error) {
    if (MADE_BY_ANOTHER.includes(codeOf(error) ?? '')) return 'busy';
    throw error;
  }
}

/** Number of connections besides those of this module. */
export async function countClients(socketDirectory: string): Promise<number> {
  const result = await withClient(socketDirectory, (client) =>
    client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> $1`,
      [PROBE_NAME],
    ),
  );
  return result.rows[0]?.count ?? 0;
}

async function withClient<T>(host: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    ...{ host, port: 5432, user: EMBEDDED_NAME, database: 'postgres', ssl: false },
    application_name: PROBE_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks also emits 'error', which nobody listening for would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

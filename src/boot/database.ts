import pg from 'pg';
import type { Config } from '../config/config.js';
import { CONNECT_TIMEOUT_MS, connectionTarget } from '../infra/database/connection.js';
import { EmbeddedPostgres } from '../infra/embedded-postgres/embedded-postgres.js';

/** A database that answers, and how to let go of it. */
export interface DatabaseHandle {
  /** Stops the embedded server unless somebody else uses it; does nothing to a database of yours. */
  release(): Promise<void>;
}

/** Starts the embedded server where DATABASE_URL is unset, and makes sure that the database answers. */
export async function openDatabase(config: Config, log?: (line: string) => void): Promise<DatabaseHandle> {
  if (config.databaseUrl === undefined) {
    const server = await EmbeddedPostgres.start({ dataDir: config.dataDir, durable: true, ...(log && { log }) });
    return { release: () => server.stop() };
  }
  const client = new pg.Client({ ...connectionTarget(config), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnreachableError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
  return { release: () => Promise.resolve() };
}

/** One line that says what is wrong with DATABASE_URL, without repeating the password in it. */
export class DatabaseUnreachableError extends Error {
  constructor(cause: unknown) {
    const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
    const reason = inner instanceof Error ? inner.message.split('\n', 1)[0] : String(inner);
    super(`The database of DATABASE_URL cannot be reached: ${reason}`, { cause });
    this.name = 'DatabaseUnreachableError';
  }
}

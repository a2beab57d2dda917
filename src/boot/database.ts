import pg from 'pg';
import type { Config } from '../config/config.js';
import { CONNECT_TIMEOUT_MS, connectionTarget, directTarget } from '../infra/database/connection.js';
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
  await assertAnswers('DATABASE_URL', connectionTarget(config));
  if (config.databaseDirectUrl !== undefined) await assertAnswers('DATABASE_DIRECT_URL', directTarget(config));
  return { release: () => Promise.resolve() };
}

async function assertAnswers(setting: string, target: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...target, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnreachableError(setting, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** One line that says what is wrong with such a setting, without repeating the password in it. */
export class DatabaseUnreachableError extends Error {
  constructor(setting: string, cause: unknown) {
    const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
    const reason = inner instanceof Error ? inner.message.split('\n', 1)[0] : String(inner);
    super(`The database of ${setting} cannot be reached: ${reason}`, { cause });
    this.name = 'DatabaseUnreachableError';
  }
}

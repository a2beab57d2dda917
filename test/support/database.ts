import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Environment variable by which the global set-up tells the workers where the server listens. */
export const TEST_SOCKET = 'BARONG_TEST_SOCKET';
export const TEMPLATE_DATABASE = 'barong_template';

const COPY_LOCK = 1;

export interface TestDatabase {
  /** For DATABASE_URL. */
  readonly url: string;
  /** Deletes the database, and ends the connections to it. */
  drop(): Promise<void>;
}

/** A migrated, empty database that nobody else uses. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await withAdministrator(async (admin) => {
    // Two copies at once would refuse each other; the lock ends with the connection.
    await admin.query('SELECT pg_advisory_lock($1)', [COPY_LOCK]);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE}`);
  });
  return {
    url: databaseUrl(name),
    drop: () =>
      withAdministrator(async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

export function databaseUrl(name: string): string {
  return `postgresql://barong@localhost/${name}?host=${encodeURIComponent(socketDirectory())}`;
}

/** Runs work on a connection that may make and delete databases. */
export async function withAdministrator<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl('postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function socketDirectory(): string {
  const directory = process.env[TEST_SOCKET];
  if (!directory) throw new Error(`${TEST_SOCKET} is not set: run the tests with npm test`);
  return directory;
}

import { chmod, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Config } from '../../src/config/config.js';
import { embeddedSocketDirectory } from '../../src/infra/database/connection.js';
import { migrate } from '../../src/infra/database/migrate.js';
import { EmbeddedPostgres } from '../../src/infra/embedded-postgres/embedded-postgres.js';
import { endServer, isAlive, lockFileOf } from '../../src/infra/embedded-postgres/postmaster.js';
import { TEMPLATE_DATABASE, TEST_SOCKET, databaseUrl, withAdministrator } from './database.js';

/** Followed by the process id of the run it belongs to. */
const DIRECTORY_PREFIX = 'barong-test-';

/** Of this run; the set-up and the teardown share this module. */
let directory = '';

/** Starts the server, with a migrated template in it, and tells the workers of it. */
export async function startTestServer(): Promise<void> {
  await removeLeftovers();
  directory = await mkdtemp(path.join(os.tmpdir(), `${DIRECTORY_PREFIX}${process.pid}-`));
  // When root runs the tests, the server runs as nobody and has to pass.
  await chmod(directory, 0o711);
  try {
    const server = await EmbeddedPostgres.start({ dataDir: directory, durable: false });
    process.env[TEST_SOCKET] = server.socketDirectory;
    await makeTemplate();
  } catch (error) {
    await removeTestServer();
    throw error;
  }
}

/** Ends the server even when tests left connections open, and deletes all of it. */
export async function removeTestServer(ofRun = directory): Promise<void> {
  await endServer(lockFileOf(path.join(ofRun, 'postgres')), 'SIGQUIT');
  await rm(embeddedSocketDirectory(ofRun), { recursive: true, force: true });
  await rm(ofRun, { recursive: true, force: true, maxRetries: 3 });
}

async function makeTemplate(): Promise<void> {
  await withAdministrator((admin) => admin.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`));
  const DATABASE_URL = databaseUrl(TEMPLATE_DATABASE);
  await migrate(Config.load({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: directory, DATABASE_URL }));
  // A template with a connection cannot be copied.
  await withAdministrator((admin) => admin.query(`ALTER DATABASE ${TEMPLATE_DATABASE} ALLOW_CONNECTIONS false`));
}

/** What runs left behind that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(os.tmpdir())) {
    if (!name.startsWith(DIRECTORY_PREFIX)) continue;
    const leftover = path.join(os.tmpdir(), name);
    const owner = Number.parseInt(name.slice(DIRECTORY_PREFIX.length), 10);
    // What another user put there is not ours to end or remove.
    const isOurs = (await lstat(leftover).catch(() => undefined))?.uid === process.getuid?.();
    if (isOurs && !isAlive(owner)) await removeTestServer(leftover).catch(() => undefined);
  }
}

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EMBEDDED_NAME, embeddedSocketDirectory } from '../dist/src/infra/database/connection.js';
import { EmbeddedPostgres } from '../dist/src/infra/embedded-postgres/embedded-postgres.js';
import { endServer, isAlive, lockFileOf, lockHolder } from '../dist/src/infra/embedded-postgres/postmaster.js';

/** Followed by the process id of the run it belongs to. */
const PREFIX = 'barong-bench-';

/** A directory of this run alone, under the system's temporary one. */
export async function makeWorkDirectory() {
  for (const name of await readdir(os.tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : 0;
    if (owner > 0 && !isAlive(owner)) await removeWorkDirectory(path.join(os.tmpdir(), name));
  }
  const directory = await mkdtemp(path.join(os.tmpdir(), `${PREFIX}${process.pid}-`));
  // When root measures, the database runs as nobody and has to pass.
  await chmod(directory, 0o711);
  return directory;
}

/** Deletes it, and ends the databases that run in it. */
export async function removeWorkDirectory(directory) {
  for (const name of await readdir(directory).catch(() => [])) {
    await endServer(lockFileOf(path.join(directory, name, 'postgres')), 'SIGQUIT');
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** Starts a PostgreSQL of our own; fsync is off, so that the disk of the machine is not measured. */
export async function startDatabase(dataDir) {
  await EmbeddedPostgres.start({ dataDir, durable: false });
  const socket = encodeURIComponent(embeddedSocketDirectory(dataDir));
  return {
    url: `postgresql://${EMBEDDED_NAME}@localhost/${EMBEDDED_NAME}?host=${socket}`,
    pid: await lockHolder(lockFileOf(path.join(dataDir, 'postgres'))),
  };
}

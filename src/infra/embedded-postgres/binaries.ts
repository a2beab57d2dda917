import { lstat, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Absolute paths of PostgreSQL's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Finds the programs that npm installed for this kind of machine; throws EmbeddedPostgresError when it did not. */
export async function findBinaries(): Promise<Binaries> {
  const machine = `${process.platform}-${process.arch}`;
  // pg reaches a server on Windows by TCP only, and ours listens on a socket.
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(`There is no embedded PostgreSQL for ${machine}: set DATABASE_URL`);
  }
  const binaries = await importBinaries(`@embedded-postgres/${machine}`);
  await restoreLinks(path.dirname(path.dirname(path.dirname(binaries.postgres))));
  return binaries;
}

/** The name is computed, so that a production install without the development packages starts. */
async function importBinaries(name: string): Promise<Binaries> {
  try {
    return (await import(name)) as Binaries;
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL (${name}) is not installed: set DATABASE_URL, or run npm install with its ` +
        `development and optional packages`,
      error,
    );
  }
}

/** An npm package cannot hold links; its install script makes them, unless install scripts are off. */
async function restoreLinks(packageDirectory: string): Promise<void> {
  const list = await readFile(path.join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as Link[]) {
    const link = path.join(packageDirectory, target);
    if (await lstat(link).catch(() => undefined)) continue;
    await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL lacks ${link} and it cannot be made: ${error.code}`,
        error,
      );
    });
  }
}

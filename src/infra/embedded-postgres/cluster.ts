import { chown, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EMBEDDED_NAME } from '../database/connection.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isAlive } from './postmaster.js';
import type { Account, Runner } from './runner.js';

export interface ClusterOptions {
  /** Absolute path of the cluster. */
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly runner: Runner;
  readonly account: Account | undefined;
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

/** Makes the cluster unless it is there; throws EmbeddedPostgresError when another major version made it. */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { cluster, runner, binaries } = options;
  const major = /(\d+)/.exec(await runner.run(binaries.postgres, ['--version']))?.[1];
  const found = await versionOf(cluster);
  if (found === major) return;
  if (found === undefined) return makeCluster(options);
  throw new EmbeddedPostgresError(
    `${cluster} was made by PostgreSQL ${found}; this is ${major}: move it away to start afresh, keep the release of ` +
      `Barong that made it, or move its data with pg_dump and set DATABASE_URL`,
  );
}

/** Major version of a complete cluster. */
async function versionOf(cluster: string): Promise<string | undefined> {
  const control = await stat(path.join(cluster, 'global', 'pg_control')).catch(() => undefined);
  const version = await readFile(path.join(cluster, 'PG_VERSION'), 'utf8').catch(() => '');
  return control?.size ? version.trim() || undefined : undefined;
}

/** Made beside its place and then renamed, so that whatever stands in its place is complete. */
async function makeCluster({ cluster, binaries, runner, account, durable, log }: ClusterOptions): Promise<void> {
  log(`Making the embedded database in ${cluster}`);
  await removeAbandoned(cluster);
  const draft = await mkdtemp(`${cluster}.new-${process.pid}-`);
  try {
    if (account) await chown(draft, account.uid, account.gid);
    await runner.run(binaries.initdb, [
      ...['--pgdata', draft, '--username', EMBEDDED_NAME, '--auth', 'trust', '--encoding', 'UTF8', '--no-locale'],
      ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-instructions'],
      ...(durable ? [] : ['--no-sync']),
    ]);
    await putInPlace(draft, cluster, log);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function putInPlace(draft: string, cluster: string, log: (line: string) => void): Promise<void> {
  try {
    await rename(draft, cluster);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // Another process that started at the same moment was faster: its cluster is as good as ours.
    if (await versionOf(cluster)) return;
    const aside = `${cluster}.incomplete-${Date.now()}`;
    log(`${cluster} is incomplete; it is kept as ${aside}`);
    await rename(cluster, aside);
    await rename(draft, cluster);
  }
}

/** Drafts whose makers were killed. */
async function removeAbandoned(cluster: string): Promise<void> {
  const prefix = `${path.basename(cluster)}.new-`;
  for (const name of await readdir(path.dirname(cluster))) {
    if (!name.startsWith(prefix)) continue;
    const maker = Number.parseInt(name.slice(prefix.length), 10);
    if (isAlive(maker)) continue;
    await rm(path.join(path.dirname(cluster), name), { recursive: true, force: true });
  }
}

import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/** The file by which PostgreSQL keeps a second server off a cluster; the first line is a process id. */
export function lockFileOf(cluster: string): string {
  return path.join(cluster, 'postmaster.pid');
}

/** The file that does the same for a socket. */
export function socketLockFile(socketDirectory: string): string {
  return path.join(socketDirectory, '.s.PGSQL.5432.lock');
}

/** Process id of the running server that holds a lock file; undefined when there is none. */
export async function lockHolder(lockFile: string): Promise<number | undefined> {
  const pid = await lockedBy(lockFile);
  return pid !== undefined && isAlive(pid) && (await isPostgres(pid)) ? pid : undefined;
}

/**
 * Removes a lock file whose process id now belongs to another program. PostgreSQL sees by itself that the process
 * is gone, but takes whatever got its number after a crash of the machine for a server.
 */
export async function removeStaleLock(lockFile: string): Promise<void> {
  const pid = await lockedBy(lockFile);
  if (pid === undefined || !isAlive(pid) || (await isPostgres(pid))) return;
  if ((await lockedBy(lockFile)) === pid) await rm(lockFile, { force: true });
}

/**
 * Ends the server that holds a lock file, and waits until it has gone: SIGINT ends its connections and writes all
 * down, SIGQUIT leaves the rest to recovery. Does nothing when there is none.
 */
export async function endServer(lockFile: string, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const pid = await lockHolder(lockFile);
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It may have ended by itself just now.
    if (isAlive(pid)) throw error;
  }
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  // A process that ended may stay as a zombie; the lock file goes in any case, unless the cluster went before it.
  while ((await lockedBy(lockFile)) === pid && isAlive(pid) && (await isPostgres(pid))) {
    if (Date.now() > deadline) throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) does not stop: kill it`);
    await sleep(POLL_MS);
  }
}

/** Whether a process exists, ours or not. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function lockedBy(lockFile: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
  return pid > 0 ? pid : undefined;
}

async function isPostgres(pid: number): Promise<boolean> {
  const command = process.platform === 'linux' ? await linuxCommand(pid) : await commandByPs(pid);
  return path.basename(command).startsWith('postgres');
}

/** Empty for a zombie. */
async function linuxCommand(pid: number): Promise<string> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return words.split('\0')[0] ?? '';
}

function commandByPs(pid: number): Promise<string> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'comm=', '-p', String(pid)], (_error, stdout) => resolve(stdout.trim()));
  });
}

import { chmod, chown, lchown, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Account } from './runner.js';

/** Makes a directory that only the server's account (undefined: ourselves) may enter, or checks that it is one. */
export async function ensurePrivateDirectory(directory: string, account: Account | undefined): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  // It may lie in the temporary directory, where others can put a link or a directory of theirs first.
  const found = await lstat(directory);
  if (!found.isDirectory()) throw new EmbeddedPostgresError(`${directory} is not a directory: remove it`);
  await requireOwner(directory, account);
  if (account && found.uid !== account.uid) await chown(directory, account.uid, account.gid);
  if ((found.mode & 0o777) !== 0o700) await chmod(directory, 0o700);
}

/** Makes sure that the cluster, when there is one, belongs to who will run it. */
export async function ensureOwnedCluster(cluster: string, account: Account | undefined): Promise<void> {
  const found = await stat(cluster).catch(() => undefined);
  if (!found) return;
  await requireOwner(cluster, account);
  if (!account || found.uid === account.uid) return;
  const inside = await readdir(cluster, { recursive: true });
  for (const entry of inside) await lchown(path.join(cluster, entry), account.uid, account.gid);
  await chown(cluster, account.uid, account.gid);
}

async function requireOwner(directory: string, account: Account | undefined): Promise<void> {
  const { uid } = await stat(directory);
  const rightful = account ? [0, account.uid] : [process.getuid?.()];
  if (rightful.includes(uid)) return;
  throw new EmbeddedPostgresError(
    `${directory} belongs to another user (${uid}): start as that user, remove it, or set DATA_DIR to a place of your own`,
  );
}

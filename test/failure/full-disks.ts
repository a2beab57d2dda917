import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';

const BLOCK = Buffer.alloc(4096);

/** Where a server keeps what, in its data directory. */
const DISKS = { uploads: '1m', logs: '64k' };
/** For all else: the database takes some 90 MB of it. */
const SIZE = '160m';

/**
 * Words before a command that give it a data directory of small disks, which only this process sees and which go with
 * it; what it says goes into a file there. Needs root, as Docker and CI machines have it.
 */
export function onSmallDisks(dataDir: string): string[] {
  const mounts = Object.entries(DISKS).map(
    ([name, size]) =>
      `mkdir '${dataDir}/${name}' && mount -t tmpfs -o size=${size},mode=0700 tmpfs '${dataDir}/${name}'`,
  );
  const script = [
    `mount -t tmpfs -o size=${SIZE},mode=0711 tmpfs '${dataDir}'`,
    ...mounts,
    `exec "$@" >'${dataDir}/logs/server.log'`,
  ];
  return ['unshare', '--mount', 'sh', '-c', script.join(' && '), 'sh'];
}

/** A directory whose disk can be filled. */
export class Disk {
  private readonly filler: string;

  constructor(private readonly directory: string) {
    this.filler = path.join(directory, 'filler');
  }

  /** Takes all the space there is, but for so many bytes. */
  async fill(left = 0): Promise<void> {
    const reserve = path.join(this.directory, 'reserve');
    await writeFile(reserve, Buffer.alloc(left));
    await this.takeAll();
    await rm(reserve);
  }

  async free(): Promise<void> {
    await rm(this.filler);
  }

  private async takeAll(): Promise<void> {
    for (const chunk of [Buffer.alloc(256 * BLOCK.length), BLOCK]) {
      const error = await this.append(chunk).catch((refusal: NodeJS.ErrnoException) => refusal);
      expect(error.code).toBe('ENOSPC');
    }
  }

  private async append(chunk: Buffer): Promise<never> {
    for (;;) await writeFile(this.filler, chunk, { flag: 'a' });
  }
}

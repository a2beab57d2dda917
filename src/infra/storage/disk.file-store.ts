import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import type { AppError } from '../../common/app-error.js';
import { BATCH_SIZE, FileStore, isFileKey, relativePathOf } from './file-store.js';
import { StorageErrors, storageErrorFor } from './storage.errors.js';

/** Of a file that is still being written. */
const UNFINISHED = '.part';

/** A folder of this machine, readable by nobody but the process. */
export class DiskFileStore extends FileStore {
  private readonly logger = new Logger('Storage');

  constructor(private readonly root: string) {
    super();
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    const file = this.pathOf(key);
    const folder = path.dirname(file);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await write(file + UNFINISHED, bytes);
      await rename(file + UNFINISHED, file);
      // The names live in the folders: without this a power cut may take a finished file away again.
      for (const changed of [folder, this.root]) await flushFolder(changed);
    } catch (error) {
      await removeBoth(file).catch(() => undefined);
      throw this.refusal('put', error);
    }
  }

  async get(key: string): Promise<Buffer> {
    const file = this.pathOf(key);
    try {
      return await readFile(file);
    } catch (error) {
      throw codeOf(error) === 'ENOENT' ? StorageErrors.missing() : this.refusal('get', error);
    }
  }

  async remove(key: string): Promise<void> {
    const file = this.pathOf(key);
    try {
      await removeBoth(file);
    } catch (error) {
      throw this.refusal('remove', error);
    }
  }

  async *listOlderThan(moment: Date): AsyncGenerator<string[]> {
    for (const folder of await this.namesIn('')) {
      const keys: string[] = [];
      for (const name of await this.namesIn(folder)) {
        const key = path.basename(name, UNFINISHED);
        if (isFileKey(key) && (await this.isOlder(path.join(folder, name), moment))) keys.push(key);
      }
      for (let at = 0; at < keys.length; at += BATCH_SIZE) yield keys.slice(at, at + BATCH_SIZE);
    }
  }

  private pathOf(key: string): string {
    return path.join(this.root, relativePathOf(key));
  }

  private async namesIn(folder: string): Promise<string[]> {
    try {
      return await readdir(path.join(this.root, folder));
    } catch (error) {
      // No folder yet, or a stray file among the folders.
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
      throw this.refusal('list', error);
    }
  }

  private async isOlder(file: string, moment: Date): Promise<boolean> {
    // A file that has just been removed is none of ours any more.
    const found = await stat(path.join(this.root, file)).catch(() => undefined);
    return found !== undefined && found.mtime < moment;
  }

  private refusal(action: string, error: unknown): AppError {
    this.logger.error({ msg: 'file store failed', action, error: codeOf(error) });
    return storageErrorFor(codeOf(error));
  }
}

async function removeBoth(file: string): Promise<void> {
  await rm(file + UNFINISHED, { force: true });
  await rm(file, { force: true });
}

async function write(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'unknown';
}

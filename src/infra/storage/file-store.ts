import { randomBytes } from 'node:crypto';

/** Most keys of one batch of `listOlderThan`. */
export const BATCH_SIZE = 1000;

const KEY = /^[0-9a-f]{32}$/;

/** A name for a file: 128 random bits in hex. Nothing that a client sends ever becomes part of a name. */
export function newFileKey(): string {
  return randomBytes(16).toString('hex');
}

export function isFileKey(text: string): boolean {
  return KEY.test(text);
}

/** Where a file lies under the store's root; 256 folders, so that none of them grows too large. */
export function relativePathOf(key: string): string {
  if (!isFileKey(key)) throw new Error('a stored file has no such name');
  return `${key.slice(0, 2)}/${key}`;
}

/** Keeps files outside the database, under names made by newFileKey. What it is given should be encrypted already. */
export abstract class FileStore {
  /** All of the file or nothing, and on its medium when this returns. @throws AppError 507 when there is no space, 503 */
  abstract put(key: string, bytes: Buffer): Promise<void>;

  /** @throws AppError 404 when there is no such file, 503 when the store is away */
  abstract get(key: string): Promise<Buffer>;

  /** Removing what is not there is fine. @throws AppError 503 */
  abstract remove(key: string): Promise<void>;

  /** Keys of all files, also unfinished ones, last written before the moment, in batches. @throws AppError 503 */
  abstract listOlderThan(moment: Date): AsyncGenerator<string[]>;
}

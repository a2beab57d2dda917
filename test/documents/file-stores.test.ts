import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { AppError } from '../../src/common/app-error.js';
import { SettingsReader } from '../../src/config/parse.js';
import { readStorageBucket, type StorageBucket } from '../../src/config/storage-bucket.js';
import { DiskFileStore } from '../../src/infra/storage/disk.file-store.js';
import { type FileStore, newFileKey } from '../../src/infra/storage/file-store.js';
import { S3FileStore } from '../../src/infra/storage/s3.file-store.js';
import { storageErrorFor } from '../../src/infra/storage/storage.errors.js';
import { type S3Server, startS3 } from './s3-server.js';

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
const IN_AN_HOUR = new Date(Date.now() + 3_600_000);
const AN_HOUR_AGO = new Date(Date.now() - 3_600_000);

let root: string;
let s3: S3Server;
let bucket: StorageBucket;
beforeAll(async () => {
  Logger.overrideLogger(false);
  root = await mkdtemp(path.join(os.tmpdir(), 'barong-files-'));
  s3 = await startS3();
  const read = readStorageBucket(new SettingsReader({ STORAGE_URL: s3.url }));
  if (!read) throw new Error('the address of the S3 server cannot be read');
  bucket = read;
});
afterAll(async () => {
  await s3.close();
  await rm(root, { recursive: true, force: true });
});

const refusal = async (work: Promise<unknown>): Promise<[number, string]> => {
  const error = (await work.then(
    () => undefined,
    (problem: unknown) => problem,
  )) as AppError | undefined;
  return [error?.status ?? 0, error?.code ?? 'no error'];
};

async function keysOf(store: FileStore, moment: Date): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of store.listOlderThan(moment)) keys.push(...batch);
  return keys.sort();
}

describe.each<[string, () => FileStore & { onApplicationShutdown?: () => void }]>([
  ['a folder', () => new DiskFileStore(path.join(root, 'uploads'))],
  ['a bucket', () => new S3FileStore(bucket)],
])('files in %s', (_, make) => {
  let store: ReturnType<typeof make>;
  beforeAll(() => {
    store = make();
  });
  afterAll(() => store.onApplicationShutdown?.());

  it('come back as they were', async () => {
    const [key, empty] = [newFileKey(), newFileKey()];
    await store.put(key, BYTES);
    await store.put(empty, Buffer.alloc(0));
    expect((await store.get(key)).equals(BYTES)).toBe(true);
    expect(await store.get(empty)).toHaveLength(0);
  });

  it('are gone when they are removed, also twice', async () => {
    const key = newFileKey();
    await store.put(key, BYTES);
    await store.remove(key);
    await store.remove(key);
    expect(await refusal(store.get(key))).toEqual([404, 'storage.file_missing']);
  });

  it('are listed by their age', async () => {
    for (const key of await keysOf(store, IN_AN_HOUR)) await store.remove(key);
    const keys = Array.from({ length: 12 }, () => newFileKey()).sort();
    await Promise.all(keys.map((key) => store.put(key, BYTES.subarray(0, 100))));
    expect(await keysOf(store, IN_AN_HOUR)).toEqual(keys);
    expect(await keysOf(store, AN_HOUR_AGO)).toEqual([]);
  });

  it.each(['', '..', '../../etc/passwd', 'a'.repeat(31), 'A'.repeat(32), `${'a'.repeat(31)}/`, `${'a'.repeat(32)}\n`])(
    'are never looked for under a name like %j',
    async (key) => {
      await expect(store.get(key)).rejects.toThrow('no such name');
      await expect(store.put(key, BYTES)).rejects.toThrow('no such name');
      await expect(store.remove(key)).rejects.toThrow('no such name');
    },
  );
});

describe('a folder', () => {
  let folder: string;
  let store: DiskFileStore;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(root, 'folder-')), 'uploads');
    store = new DiskFileStore(folder);
  });

  it('lists nothing before it is there', async () => {
    expect(await keysOf(store, IN_AN_HOUR)).toEqual([]);
  });

  it('shows its files to nobody else', async () => {
    const key = newFileKey();
    await store.put(key, BYTES);
    const modes = await Promise.all(
      ['', key.slice(0, 2), `${key.slice(0, 2)}/${key}`].map(
        async (name) => (await stat(path.join(folder, name))).mode,
      ),
    );
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600']);
  });

  it('lists files that were never finished, and removes them', async () => {
    const key = newFileKey();
    const inner = path.join(folder, key.slice(0, 2));
    await mkdir(inner, { recursive: true });
    await writeFile(path.join(inner, `${key}.part`), 'half');
    await writeFile(path.join(inner, 'README'), 'not ours');
    await writeFile(path.join(folder, 'stray'), 'not ours');
    expect(await keysOf(store, IN_AN_HOUR)).toEqual([key]);
    await store.remove(key);
    expect(await readdir(inner)).toEqual(['README']);
  });

  it('goes by when a file was written', async () => {
    const [old, fresh] = [newFileKey(), newFileKey()];
    for (const key of [old, fresh]) await store.put(key, BYTES);
    await utimes(path.join(folder, old.slice(0, 2), old), AN_HOUR_AGO, AN_HOUR_AGO);
    expect(await keysOf(store, new Date(AN_HOUR_AGO.getTime() + 1000))).toEqual([old]);
  });

  it('leaves nothing of a file that it could not finish', async () => {
    const key = newFileKey();
    const inner = path.join(folder, key.slice(0, 2));
    // Something in the way of the very last step.
    await mkdir(path.join(inner, key, 'in-the-way'), { recursive: true });
    expect(await refusal(store.put(key, BYTES))).toEqual([503, 'storage.unavailable']);
    expect(await readdir(inner)).toEqual([key]);
  });

  it('that cannot be made is a store that is away', async () => {
    await writeFile(folder, 'a file where the folder should be');
    const key = newFileKey();
    expect(await refusal(store.put(key, BYTES))).toEqual([503, 'storage.unavailable']);
    expect(await refusal(store.get(key))).toEqual([503, 'storage.unavailable']);
  });

  it('that is full says so', () => {
    expect(['ENOSPC', 'EDQUOT'].map((code) => storageErrorFor(code).status)).toEqual([507, 507]);
    expect(['EIO', 'EROFS', 'EACCES', 'EMFILE'].map((code) => storageErrorFor(code).status)).toEqual([
      503, 503, 503, 503,
    ]);
  });
});

describe('a bucket', () => {
  it('may hold other things, which are left alone', async () => {
    const store = new S3FileStore(bucket);
    const { S3Client, PutObjectCommand } = await import('@aws-sdk/client-s3');
    const client = new S3Client({
      ...{ endpoint: bucket.endpoint, region: bucket.region, forcePathStyle: true },
      credentials: { accessKeyId: bucket.accessKeyId, secretAccessKey: bucket.secretAccessKey },
    });
    const others = [newFileKey(), `backups/${newFileKey()}`, 'uploads/README'];
    for (const Key of others) await client.send(new PutObjectCommand({ Bucket: bucket.bucket, Key, Body: 'x' }));
    const before = await keysOf(store, IN_AN_HOUR);
    const key = newFileKey();
    await store.put(key, BYTES);
    expect(await keysOf(store, IN_AN_HOUR)).toEqual([...before, key].sort());
    client.destroy();
    store.onApplicationShutdown();
  });

  it.each<[string, Partial<StorageBucket>]>([
    ['is not there', { bucket: 'another-bucket' }],
    ['takes other credentials', { secretAccessKey: 'wrong' }],
    ['is on a server that is away', { endpoint: 'http://127.0.0.1:1' }],
  ])('that %s is a store that is away', async (_, change) => {
    const store = new S3FileStore({ ...bucket, ...change });
    const key = newFileKey();
    expect(await refusal(store.put(key, BYTES))).toEqual([503, 'storage.unavailable']);
    expect(await refusal(store.get(key))).toEqual([503, 'storage.unavailable']);
    expect(await refusal(store.remove(key))).toEqual([503, 'storage.unavailable']);
    store.onApplicationShutdown();
  });
});

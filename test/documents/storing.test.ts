import { readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { StoredFilesSweepService } from '../../src/documents/stored-files-sweep.service.js';
import { Database } from '../../src/infra/database/database.service.js';
import { JobQueue } from '../../src/infra/queue/job-queue.service.js';
import { FileStore } from '../../src/infra/storage/file-store.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually, outcome } from '../support/client.js';
import { type S3Server, startS3 } from './s3-server.js';
import { newToken, openNewest, picture, STATEMENT, storedFiles, submit } from './uploads.js';

const HOUR_MS = 3_600_000;
const UNAVAILABLE = [503, 'The file store is temporarily unavailable'];
const fromNow = (ms: number): Date => new Date(Date.now() + ms);

let server: TestApp;
let token: string;
let jpeg: Buffer;

/** Names of what the store holds. */
async function keysInStore(): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of server.app.get(FileStore, { strict: false }).listOlderThan(fromNow(HOUR_MS)))
    keys.push(...batch);
  return keys.sort();
}

async function keysInRows(): Promise<string[]> {
  const rows = await server.sql<{ storage_key: string }>('SELECT storage_key FROM documents ORDER BY storage_key');
  return rows.map((row) => row.storage_key);
}

const sweep = (before: Date) => server.app.get(StoredFilesSweepService, { strict: false }).sweep(before);

/** From now on rows of documents are refused: as they come, or only when their transaction commits. */
async function refuseRows(when: 'at once' | 'at commit'): Promise<void> {
  await server.sql(
    `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$`,
  );
  await server.sql(
    when === 'at once'
      ? 'CREATE TRIGGER refuse BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION refuse()'
      : `CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON documents DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION refuse()`,
  );
}

describe.each(['a folder', 'a bucket'])('documents kept in %s', (kind) => {
  let s3: S3Server | undefined;
  beforeAll(async () => {
    s3 = kind === 'a bucket' ? await startS3() : undefined;
    server = await startApp(s3 && { STORAGE_URL: s3.url });
    jpeg = await picture('jpeg', 120, 80);
  });
  afterAll(async () => {
    await server.close();
    await s3?.close();
  });
  beforeEach(async () => {
    token = await newToken(server);
  });
  afterEach(async () => {
    await server.sql('DROP TRIGGER IF EXISTS refuse ON documents');
    await server.sql('DELETE FROM documents');
    await sweep(fromNow(HOUR_MS));
    expect(await keysInStore()).toEqual([]);
  });

  const send = async () => outcome(await submit(server, token, { bytes: jpeg }));

  it('are there and can be opened', async () => {
    expect(await send()).toEqual([201, null]);
    expect(await keysInStore()).toEqual(await keysInRows());
    const { bytes } = await openNewest(server);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 120, height: 80 });
  });

  it('are encrypted, each under a key of its own, as are their numbers', async () => {
    await send();
    const { bytes } = await openNewest(server);
    const store = server.app.get(FileStore, { strict: false });
    const [key = ''] = await keysInStore();
    const stored = await store.get(key);
    expect(stored).toHaveLength(bytes.length + 28);
    await expect(sharp(stored).metadata()).rejects.toThrow();
    for (let at = 0; at + 16 <= bytes.length; at += 16)
      expect(stored.includes(bytes.subarray(at, at + 16))).toBe(false);

    await send();
    const rows = await server.sql<{ text: string; key: Buffer; number: Buffer }>(
      `SELECT documents::text AS text, data_key_encrypted AS key, doc_number_encrypted AS number FROM documents`,
    );
    const plain = Buffer.from(STATEMENT.doc_number);
    for (const row of rows) {
      expect(row.text).not.toContain(STATEMENT.doc_number);
      expect(row.text).not.toContain(plain.toString('hex'));
    }
    expect(rows[0]?.key.equals(rows[1]?.key ?? Buffer.alloc(0))).toBe(false);
    expect(rows[0]?.number.equals(rows[1]?.number ?? Buffer.alloc(0))).toBe(false);
  });

  it('leave no file when their row is refused', async () => {
    await refuseRows('at once');
    expect(await send()).toEqual([500, 'Internal Server Error']);
    expect(await keysInStore()).toEqual([]);
    expect(await keysInRows()).toEqual([]);
  });

  it('keep their file while it is unknown whether the row is there, and lose it to the sweeper', async () => {
    await refuseRows('at commit');
    expect(await send()).toEqual([500, 'Internal Server Error']);
    expect(await keysInRows()).toEqual([]);
    expect(await keysInStore()).toHaveLength(1);
    expect(await sweep(fromNow(-HOUR_MS))).toBe(0);
    expect(await sweep(fromNow(HOUR_MS))).toBe(1);
    expect(await keysInStore()).toEqual([]);
  });

  it('survive the sweeper, and go with their account', async () => {
    await send();
    await submit(server, await newToken(server), { bytes: jpeg });
    expect(await sweep(fromNow(HOUR_MS))).toBe(0);
    await server.sql(`DELETE FROM accounts WHERE id = (SELECT account_id FROM documents ORDER BY created_at LIMIT 1)`);
    expect(await keysInRows()).toHaveLength(1);
    expect(await keysInStore()).toHaveLength(2);
    expect(await sweep(fromNow(HOUR_MS))).toBe(1);
    expect(await keysInStore()).toEqual(await keysInRows());
    expect((await openNewest(server)).bytes.length).toBeGreaterThan(0);
  });

  it('are counted, also when they come all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
    const limit = [422, 'Document limit is reached (maximum is 10 documents and 50 MiB)'];
    expect(answers.filter(([status]) => status === 201)).toHaveLength(10);
    expect(answers.filter(([status]) => status !== 201)).toEqual(Array.from({ length: 10 }, () => limit));
    expect(await keysInRows()).toHaveLength(10);
    expect(await keysInStore()).toEqual(await keysInRows());
    expect(await send()).toEqual(limit);
    expect(outcome(await submit(server, await newToken(server), { bytes: jpeg }))).toEqual([201, null]);
  });

  it('may have 50 MiB in all, also when they come all at once', async () => {
    await send();
    const room = 3;
    await server.sql('UPDATE documents SET size_bytes = $1 - $2 * size_bytes', [50 * 1024 * 1024, room]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => send()));
    expect(answers.map(([status]) => status).sort()).toEqual([201, 201, 201, 422, 422, 422, 422, 422]);
    expect(await keysInStore()).toEqual(await keysInRows());
    expect(await send()).toEqual([422, expect.any(String)]);
  });

  it('are refused when there is no space, without a row', async () => {
    const store = server.app.get(FileStore, { strict: false });
    const put = store.put.bind(store);
    const { storageErrorFor } = await import('../../src/infra/storage/storage.errors.js');
    store.put = () => Promise.reject(storageErrorFor('ENOSPC'));
    expect(await send()).toEqual([507, 'There is no space left to store the file']);
    store.put = put;
    expect(await keysInRows()).toEqual([]);
    expect(await send()).toEqual([201, null]);
  });
});

describe('documents whose bucket is away', () => {
  it('are refused without a row', async () => {
    const s3 = await startS3();
    server = await startApp({ STORAGE_URL: s3.url.replace('kyc-uploads', 'not-there') });
    token = await newToken(server);
    const answer = await submit(server, token, { bytes: await picture('jpeg') });
    expect(outcome(answer)).toEqual(UNAVAILABLE);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await keysInRows()).toEqual([]);
    await server.close();
    await s3.close();
  });
});

describe('documents in a folder', () => {
  let uploads: string;
  beforeAll(async () => {
    server = await startApp();
    uploads = path.join(server.config.dataDir, 'uploads');
    jpeg = await picture('jpeg');
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    token = await newToken(server);
    await server.sql('DELETE FROM documents');
    await sweep(fromNow(HOUR_MS));
  });

  const send = async () => outcome(await submit(server, token, { bytes: jpeg }));

  it('have names that nobody could guess or choose', async () => {
    await submit(server, token, { bytes: jpeg, name: '../../../evil.jpg' });
    const [file = ''] = await storedFiles(server);
    expect(path.relative(uploads, file)).toMatch(/^([0-9a-f]{2})\/\1[0-9a-f]{30}$/);
  });

  it('are refused while the folder cannot be written, without a row', async () => {
    await send();
    await rename(uploads, `${uploads}.away`);
    await writeFile(uploads, 'in the way');
    expect(await send()).toEqual(UNAVAILABLE);
    expect(await keysInRows()).toHaveLength(1);
    await rename(uploads, `${uploads}.in-the-way`);
    await rename(`${uploads}.away`, uploads);
    expect(await send()).toEqual([201, null]);
    expect(await keysInStore()).toEqual(await keysInRows());
  });

  it('cannot be opened in the place of another one, nor when somebody changed them', async () => {
    await send();
    const [other] = await server.sql('DELETE FROM documents RETURNING storage_key, data_key_encrypted');
    await send();
    await server.sql('UPDATE documents SET storage_key = $1', [other?.storage_key]);
    await expect(openNewest(server)).rejects.toThrow('unable to authenticate data');
    await server.sql('UPDATE documents SET data_key_encrypted = $1', [other?.data_key_encrypted]);
    await expect(openNewest(server)).rejects.toThrow('does not open');

    await server.sql('DELETE FROM documents');
    await send();
    const [key = ''] = await keysInRows();
    const file = path.join(uploads, key.slice(0, 2), key);
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(openNewest(server)).rejects.toThrow('unable to authenticate data');
  });

  it('say so when their file is lost', async () => {
    await send();
    await server.app.get(FileStore, { strict: false }).remove((await keysInRows())[0] ?? '');
    await expect(openNewest(server)).rejects.toMatchObject({ status: 404, code: 'storage.file_missing' });
  });

  it('are swept by a job, once their files are an hour old', async () => {
    const old = 'ab'.repeat(16);
    const young = 'cd'.repeat(16);
    const store = server.app.get(FileStore, { strict: false });
    for (const key of [old, young]) await store.put(key, Buffer.from('left behind'));
    await utimes(path.join(uploads, 'ab', old), fromNow(-2 * HOUR_MS), fromNow(-2 * HOUR_MS));
    const queue = server.app.get(JobQueue, { strict: false });
    await server.app.get(Database, { strict: false }).transaction((tx) => queue.add(tx, 'documents.sweep_files', {}));
    await eventually(async () => !(await readdir(path.join(uploads, 'ab'))).includes(old));
    expect(await keysInStore()).toEqual([young]);
  });
});

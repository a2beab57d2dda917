import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import sharp from 'sharp';
import { Program } from '../boot/program.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ALL_FINE, cheapStatuses, isReady, me, type Serving, serve, signUp, tokenOf } from './serving.js';

const BLOCK = Buffer.alloc(4096);

let program: Program;
let database: TestDatabase;
let pool: pg.Pool;
let server: Serving;
let uploads: string;
let picture: Blob;
beforeAll(async () => {
  [program, database] = await Promise.all([Program.build(), createTestDatabase()]);
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const DATA_DIR = await program.makeDataDir();
  const folder = path.join(DATA_DIR, 'uploads');
  // A disk of 1 MiB that only this process sees and that goes with it. Needs root, as Docker and CI machines have it.
  const mounted = `mkdir '${folder}' && mount -t tmpfs -o size=1m,mode=0700 tmpfs '${folder}' && exec "$@"`;
  const through = ['unshare', '--mount', 'sh', '-c', mounted, 'sh'];
  server = await serve(program, database.url, { DATA_DIR }, through);
  uploads = `/proc/${server.process.pid}/root${folder}`;
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const bytes = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer();
  picture = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
});
afterAll(async () => {
  await program.remove();
  await pool.end();
  await database.drop();
});

async function upload(token: string): Promise<[status: number, code: unknown]> {
  const body = new FormData();
  for (const [name, value] of Object.entries({ doc_type: 'Passport', doc_number: 'AB1', doc_expire: '2099-12-31' })) {
    body.set(name, value);
  }
  body.set('upload', picture, 'id.png');
  const headers = { authorization: `Bearer ${token}`, connection: 'close' };
  const response = await fetch(`${server.url}/api/v1/documents`, { method: 'POST', headers, body });
  const answer = (await response.json()) as { code?: string } | null;
  return [response.status, answer?.code];
}

/** All but a few bytes, whatever there is. */
async function fill(file: string): Promise<void> {
  for (;;) {
    try {
      await writeFile(file, BLOCK, { flag: 'a' });
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
      return;
    }
  }
}

const files = async () =>
  (await readdir(uploads, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
const rows = async () => (await pool.query('SELECT 1 FROM documents')).rowCount;

describe('a disk without space (C-87)', () => {
  it.each([0, 8 * BLOCK.length])(
    'refuses uploads without a row or a part of a file, when %d bytes are left',
    async (left) => {
      const token = await tokenOf(server);
      const filler = path.join(uploads, 'filler');
      const reserve = path.join(uploads, 'reserve');
      await writeFile(reserve, Buffer.alloc(left));
      await fill(filler);
      await rm(reserve);
      const before = { files: await files(), rows: await rows() };
      expect(await upload(token)).toEqual([507, 'storage.full']);
      expect({ files: await files(), rows: await rows() }).toEqual(before);
      // Nobody else notices.
      expect(await isReady(server)).toBe(true);
      expect(await cheapStatuses(server)).toEqual(ALL_FINE);
      expect((await me(server, token)).status).toBe(200);
      expect((await signUp(server, `person${left}@example.com`)).status).toBe(201);

      await rm(filler);
      expect(await upload(token)).toEqual([201, undefined]);
      expect([await files(), await rows()]).toEqual([expect.any(Array), (before.rows ?? 0) + 1]);
      expect(await files()).toHaveLength((before.rows ?? 0) + 1);
    },
  );
});

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import sharp from 'sharp';
import { EMBEDDED_NAME } from '../../src/infra/database/connection.js';
import { endServer, lockFileOf } from '../../src/infra/embedded-postgres/postmaster.js';
import { Program, until } from '../boot/program.js';
import { Disk, onSmallDisks } from './full-disks.js';
import {
  ALL_FINE,
  type Answer,
  AWAY,
  cheapStatuses,
  isReady,
  me,
  refusalOf,
  type Serving,
  serve,
  signUp,
  tokenOf,
} from './serving.js';

let program: Program;
let pool: pg.Pool;
let server: Serving;
/** The server's data directory as seen from here. */
let dataDir: string;
let picture: Blob;
let token: string;
beforeAll(async () => {
  program = await Program.build();
  const DATA_DIR = await program.makeDataDir();
  // With a database of its own, on the same disk.
  server = await serve(program, undefined, { DATA_DIR }, onSmallDisks(DATA_DIR));
  dataDir = `/proc/${server.process.pid}/root${DATA_DIR}`;
  pool = new pg.Pool({
    ...{ host: path.join(dataDir, 'postgres-socket'), user: EMBEDDED_NAME, database: EMBEDDED_NAME, max: 1 },
  });
  pool.on('error', () => undefined);
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const bytes = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer();
  picture = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
  token = await tokenOf(server);
});
afterAll(async () => {
  if (pool && !pool.ended) await pool.end();
  // While its file can still be seen.
  if (dataDir) await endServer(lockFileOf(path.join(dataDir, 'postgres')), 'SIGQUIT');
  await program.remove();
});

async function upload(): Promise<[status: number, code: unknown]> {
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

const files = async () =>
  (await readdir(path.join(dataDir, 'uploads'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
const rows = async (text: string) => (await pool.query<{ email: string }>(text)).rows;
const documents = () => rows('SELECT 1 FROM documents');

describe('a disk for uploads without space (C-87)', () => {
  it.each([0, 32_768])('refuses them without a row or a part of a file, when %d bytes are left', async (left) => {
    const disk = new Disk(path.join(dataDir, 'uploads'));
    await disk.fill(left);
    const before = { files: await files(), rows: await documents() };
    expect(await upload()).toEqual([507, 'storage.full']);
    expect({ files: await files(), rows: await documents() }).toEqual(before);
    // Nobody else notices.
    expect(await isReady(server)).toBe(true);
    expect(await cheapStatuses(server)).toEqual(ALL_FINE);
    expect((await me(server, token)).status).toBe(200);
    expect((await signUp(server, `uploader${left}@example.com`)).status).toBe(201);

    await disk.free();
    expect(await upload()).toEqual([201, undefined]);
    expect(await documents()).toHaveLength(before.rows.length + 1);
    expect(await files()).toHaveLength(before.rows.length + 1);
  });
});

describe('a disk for logs without space (C-87)', () => {
  it('costs what would have been written, and nobody notices', async () => {
    const disk = new Disk(path.join(dataDir, 'logs'));
    const log = () => readFile(path.join(dataDir, 'logs/server.log'), 'utf8');
    await disk.fill();
    const full = await log();
    // More than fits in what was begun of a block.
    for (let turn = 0; turn < 30; turn += 1) expect((await me(server, token)).status).toBe(200);
    expect((await signUp(server, 'unlogged@example.com')).status).toBe(201);
    expect((await log()).length - full.length).toBeLessThan(4096);

    await disk.free();
    const resumed = (await log()).length;
    await until(async () => {
      await me(server, token);
      return (await log()).slice(resumed).includes('"msg":"request"');
    });
  });
});

describe("a database's disk without space (C-87)", () => {
  it('is a 503 for who writes, while reads go on; nothing is done by half, and all goes on by itself', async () => {
    const disk = new Disk(dataDir);
    // A fresh file for what is written ahead: without room for the next one PostgreSQL ends, as if it had been killed.
    await pool.query('SELECT pg_switch_wal()');
    await pool.query('CHECKPOINT');
    await disk.fill();
    // Until the pages that were begun are full, too.
    const answers = new Map<string, Answer>();
    const refused = () => [...answers].filter(([, { status }]) => status !== 201);
    while (refused().length < 5) {
      const email = `person${answers.size}@example.com`;
      answers.set(email, await signUp(server, email));
      expect((await me(server, token)).status).toBe(200);
    }
    expect(refused().map(([, answer]) => refusalOf(answer))).toEqual(refused().map(() => AWAY));
    expect(await cheapStatuses(server)).toEqual(ALL_FINE);
    const kept = (await rows(`SELECT email FROM accounts WHERE email LIKE 'person%'`)).map(({ email }) => email);
    const acknowledged = [...answers.keys()].filter((email) => answers.get(email)?.status === 201);
    expect(kept.sort()).toEqual(acknowledged.sort());

    await disk.free();
    for (const [email] of refused()) expect((await signUp(server, email)).status).toBe(201);
    const mailed = `SELECT DISTINCT recipient FROM outbox_messages WHERE recipient LIKE 'person%'`;
    await until(async () => {
      // As if the pause after a mail that could not be kept were over.
      await pool.query('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now()');
      return (await rows(mailed)).length === answers.size;
    });
    server.process.signal('SIGTERM');
    await pool.end();
    expect(await server.process.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

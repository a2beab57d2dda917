import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Program, until } from '../boot/program.js';
import { ADMIN, SECRET_KEY, type Serving, signUp } from '../failure/serving.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { startRelay } from '../support/mail-relay.js';

const PAGE = path.resolve(import.meta.dirname, '../../docs/postgresql.md');
/** Roles are the whole server's, which other tests use too. */
const ROLE = `server_${randomBytes(4).toString('hex')}`;

let program: Program;
let database: TestDatabase;
let relay: Awaited<ReturnType<typeof startRelay>>;
let owner: pg.Client;
beforeAll(async () => {
  [program, database, relay] = await Promise.all([Program.build(), createTestDatabase(), startRelay()]);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const [, grants = ''] = /```sql\n(CREATE ROLE barong_server[^`]+)```/.exec(await readFile(PAGE, 'utf8')) ?? [];
  await owner.query(grants.replaceAll('barong_server', ROLE).replace('…', 'unused'));
});
afterAll(async () => {
  await program?.remove();
  await relay?.close();
  await owner.query(`DROP OWNED BY ${ROLE}`);
  await owner.query(`DROP ROLE ${ROLE}`);
  await owner.end();
  await database?.drop();
});

describe('a server in production whose role is the one of docs/postgresql.md', () => {
  it('serves and does its jobs, and can change neither tables nor what the audit log says (C-76, C-92)', async () => {
    const DATABASE_URL = database.url.replace('//barong@', `//${ROLE}@`);
    const port = String(await freePort());
    const env = {
      ...{ NODE_ENV: 'production', HOST: '127.0.0.1', PORT: port, PUBLIC_URL: 'https://accounts.example' },
      ...{ DATABASE_URL, SECRET_KEY, SMTP_URL: relay.url, SMS_URL: 'https://sms.example/hook', BCRYPT_COST: '10' },
      ...{ DATA_DIR: await program.makeDataDir(), ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password },
    };
    expect((await program.cli(env, 'seed')).stdout).toContain(`admin ${ADMIN.email} created`);
    const server: Serving = { url: `http://127.0.0.1:${port}`, process: program.start('main', env) };
    await server.process.ready(server.url);
    expect((await signUp(server, 'person@example.com')).status).toBe(201);
    await until(() => relay.received.some(({ recipients }) => recipients.includes('person@example.com')));
    await until(async () => (await owner.query('SELECT 1 FROM graphile_worker.jobs')).rowCount === 0);

    const client = new pg.Client({ connectionString: DATABASE_URL });
    await client.connect();
    for (const refused of [
      'CREATE TABLE mine (id int)',
      'ALTER TABLE accounts ADD COLUMN mine int',
      'DELETE FROM audit_entries',
      'UPDATE audit_seals SET hash = hash',
      'DELETE FROM migrations',
    ]) {
      const error = await client.query(refused).catch(({ code }: { code: string }) => code);
      expect([refused, error]).toEqual([refused, '42501']);
    }
    await client.end();
    server.process.signal('SIGTERM');
    expect((await server.process.ended).code).toBe(0);
  });
});

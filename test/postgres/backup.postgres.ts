import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tokens } from '../oauth/flow.js';
import { CALLBACK, clientOf, INVALID_GRANT, refresh, said, tokensFor, type TestClient } from '../oauth/flow.js';
import { Program } from '../boot/program.js';
import { picture, STATEMENT, submit } from '../documents/uploads.js';
import { ADMIN, me, PASSWORD, SECRET_KEY, send, type Serving, signUp, tokenOf } from '../failure/serving.js';
import type { TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { freePort } from '../support/free-port.js';
import { startRelay } from '../support/mail-relay.js';
import { codeOf, post, scan } from '../two-factor/authenticator.js';
import { BINARIES, Postgres15 } from './postgres-15.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MEMBER = { email: 'member@example.com', password: PASSWORD };
/** Of a local connection that asks for none; it may not show in a list of processes or in a backup. */
const DATABASE_PASSWORD = 'p%40ss';

let program: Program;
let cluster: Postgres15;
let relay: Awaited<ReturnType<typeof startRelay>>;
let env: Record<string, string>;
beforeAll(async () => {
  [program, cluster, relay] = await Promise.all([Program.build(), Postgres15.start(), startRelay()]);
  await cp(path.join(ROOT, 'deploy/backup'), path.join(program.directory, 'deploy/backup'), { recursive: true });
  const seed = { uid: 'local-demo', name: 'Shop', secret: 'local-demo-secret', first_party: true };
  const seedFile = path.join(program.directory, 'seed.json');
  await writeFile(seedFile, JSON.stringify({ applications: [{ ...seed, redirect_uris: [CALLBACK] }] }));
  const port = String(await freePort());
  const addresses = { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, SMTP_URL: relay.url };
  env = { ...addresses, SEED_FILE: seedFile, SECRET_KEY, DATA_DIR: await program.makeDataDir() };
  for (const name of ['barong', 'drill']) await cluster.sql('postgres', `CREATE DATABASE ${name}`);
});
afterAll(async () => {
  await program?.remove();
  await cluster?.remove();
  await relay?.close();
});

const sql = <Row extends object>(text: string) => cluster.sql<Row & Record<string, unknown>>('barong', text);
const databaseOf = (name: string) => ({ DATABASE_URL: cluster.url(name, DATABASE_PASSWORD) });

/** Runs one of the scripts, with PostgreSQL 15's programs. */
function script(name: string, args: string[], more: Record<string, string>) {
  const settings = { PATH: `${BINARIES}:${process.env.PATH}`, NODE_ENV: 'test', ...env, ...more };
  const file = path.join(program.directory, 'deploy/backup', name);
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(file, args, { env: settings, cwd: program.directory }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

/** `serve` names a port of its own; here the address has to stay the same. */
async function start(more: Record<string, string> = {}): Promise<Serving> {
  const server = { url: env.PUBLIC_URL ?? '' };
  const settings = { HOST: '127.0.0.1', BCRYPT_COST: '10', RATE_LIMITS: 'off', ...databaseOf('barong') };
  const admin = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password };
  const process = program.start('main', { ...settings, ...admin, ...env, ...more });
  await process.ready(server.url);
  return { ...server, process };
}

const finish = (directory: string, more: Record<string, string> = {}) =>
  program.cli(
    { NODE_ENV: 'test', ...env, ...databaseOf('barong'), ...more },
    ...['restore', 'finish', path.join(directory, 'manifest.tsv')],
  );

describe('a backup, the loss of everything, and the restore (C-91)', () => {
  it('brings back what was there, and nothing that was over', async () => {
    // Nobody takes mails yet: they wait.
    let server = await start({ SMTP_URL: 'smtp://127.0.0.1:9' });
    const app = server as unknown as TestApp;
    const token = await tokenOf(server);
    const secret = await scan(app, token);
    expect((await post(app, 'enable_2fa', token, { code: codeOf(secret) })).status).toBe(201);
    for (const doc_number of ['A1', 'A2', 'A3']) {
      const statement = { ...STATEMENT, doc_number };
      expect((await submit(app, token, { bytes: await picture('jpeg') }, statement)).status).toBe(201);
    }
    expect((await signUp(server, MEMBER.email)).status).toBe(201);
    await sql(`UPDATE accounts SET state = 'active' WHERE email = '${MEMBER.email}'`);
    const client = await clientOf(server, 'local-demo', 'local-demo-secret');
    const offline = { scope: 'openid account:read offline_access', prompt: 'consent' };
    const { tokens } = await tokensFor(server, client, MEMBER, offline);
    const waiting = await sql<{ id: string }>(
      `SELECT id FROM graphile_worker.jobs WHERE key IS DISTINCT FROM task_identifier ORDER BY id`,
    );
    expect(waiting.length).toBeGreaterThan(0);

    const backup = path.join(program.directory, 'backup-1');
    await expectUploadsMissed();
    expect(await script('backup.sh', [backup], databaseOf('barong'))).toEqual({ code: 0, output: `${backup}\n` });
    await expectPrivate(backup);
    const drill = await script('drill.sh', [backup], databaseOf('drill'));
    expect(drill.output).toMatch(/^finished: \d+ s$/m);
    expect(drill.code).toBe(0);

    // What comes after the backup, and after that the end.
    expect((await signUp(server, 'after@example.com')).status).toBe(201);
    const later = await tokenOf(server, MEMBER);
    server.process.signal('SIGKILL');
    await server.process.ended;
    await cluster.sql('postgres', 'DROP DATABASE barong WITH (FORCE)');
    await cluster.sql('postgres', 'CREATE DATABASE barong');
    await rm(path.join(env.DATA_DIR ?? '', 'uploads'), { recursive: true });

    expect((await script('restore.sh', [backup], databaseOf('barong'))).code).toBe(0);
    await expectRefusals(backup);
    const [lost, damaged] = await spoilTwo();
    // As when it broke off after the keys.
    const rotated = ['keys', 'rotate', '--compromised'];
    expect((await program.cli({ NODE_ENV: 'test', ...env, ...databaseOf('barong') }, ...rotated)).code).toBe(0);
    const finished = await finish(backup);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(finished.stdout).toMatch(/^ok +rows +\d+ in \d+ tables, as in the backup$/m);
    expect(finished.stdout).toMatch(/^ok +secrets +1 of authenticator apps opened$/m);
    expect(finished.stdout).toContain(
      `WARN  documents       1 opened; 1 have no file: ${lost}; 1 are damaged: ${damaged}\n`,
    );
    expect(finished.stdout).toMatch(/^\d+\tnotifications\.deliver\tmay have been done: not done again$/m);

    server = await start();
    await expectOver(server, client, tokens, [token, later]);
    await expectNothingSentTwice(server, secret, waiting);
    expect((await sql('SELECT 1 FROM accounts')).length).toBe(2);
    // With a server at work it does nothing, and without one nothing more.
    expect(await finish(backup)).toMatchObject({ code: 1, stdout: '' });
    server.process.signal('SIGTERM');
    await server.process.ended;
    const again = await finish(backup);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^done before, at .*; nothing was changed\n$/),
    });
    expect(await sql(`SELECT 1 FROM audit_entries WHERE action = 'database.restored'`)).toHaveLength(1);
  });
});

/** Another DATA_DIR than the servers' would make a backup without the documents. */
async function expectUploadsMissed(): Promise<void> {
  const directory = path.join(program.directory, 'backup-0');
  const elsewhere = { ...databaseOf('barong'), DATA_DIR: await program.makeDataDir() };
  const missed = await script('backup.sh', [directory], elsewhere);
  expect(missed).toMatchObject({ code: 1, output: expect.stringContaining('there are documents, but no') });
}

/** One document was deleted while the backup was taken, another lies on a bad disk. @returns their ids */
async function spoilTwo(): Promise<string[]> {
  const uploads = path.join(env.DATA_DIR ?? '', 'uploads');
  const files = await readdir(uploads, { recursive: true });
  const rows = await sql<{ id: string; storage_key: string }>(
    'SELECT id, storage_key FROM documents ORDER BY id LIMIT 2',
  );
  const [lost = '', damaged = ''] = rows.map(({ storage_key: key }) => {
    const file = files.find((name) => name.endsWith(key));
    return path.join(uploads, file ?? 'none');
  });
  await rm(lost);
  await writeFile(damaged, 'short');
  return rows.map(({ id }) => id);
}

/** Nobody else may read it, and neither password nor key are in it. */
async function expectPrivate(backup: string): Promise<void> {
  const files = (await readdir(backup)).sort();
  expect(files).toEqual(['SHA256SUMS', 'database.dump', 'manifest.tsv', 'uploads.tar']);
  for (const name of files) {
    const file = path.join(backup, name);
    expect([name, ((await stat(file)).mode & 0o777).toString(8)]).toEqual([name, '600']);
    const content = await readFile(file, 'latin1');
    for (const secret of [SECRET_KEY, DATABASE_PASSWORD, 'p@ss'])
      expect([name, content.includes(secret)]).toEqual([name, false]);
  }
}

/** What goes wrong is told, and changes nothing. */
async function expectRefusals(backup: string): Promise<void> {
  const twice = await script('restore.sh', [backup], databaseOf('barong'));
  expect(twice).toMatchObject({ code: 1, output: expect.stringContaining('the database is not empty') });
  const wrong = await finish(backup, { SECRET_KEY: randomBytes(32).toString('base64') });
  expect(wrong.code).toBe(1);
  expect(wrong.stdout + wrong.stderr).toMatch(/SECRET_KEY is not the one/);
  const dump = path.join(backup, 'database.dump');
  const whole = await readFile(dump);
  await writeFile(dump, whole.subarray(0, -1));
  const cut = await script('restore.sh', [backup], databaseOf('drill'));
  expect(cut).toMatchObject({ code: 1, output: expect.stringContaining('database.dump: FAILED') });
  await writeFile(dump, whole);
}

async function expectOver(server: Serving, client: TestClient, tokens: Tokens, sessions: string[]): Promise<void> {
  for (const token of [...sessions, tokens.access_token]) expect((await me(server, token)).status).toBe(401);
  expect(said(await refresh(server, client, tokens.refresh_token))).toEqual(INVALID_GRANT);
  expect((await me(server, await tokenOf(server, MEMBER))).status).toBe(200);
}

/** Mails that waited are listed for staff; one that staff want sent is sent. */
async function expectNothingSentTwice(server: Serving, secret: string, waiting: { id: string }[]): Promise<void> {
  const dead = await sql<{ id: string; last_error: string }>(
    `SELECT id, last_error FROM graphile_worker.jobs WHERE attempts = max_attempts ORDER BY id`,
  );
  expect(dead.map(({ id }) => id)).toEqual(waiting.map(({ id }) => id));
  expect(new Set(dead.map(({ last_error: why }) => why))).toEqual(new Set(['MayBeDone RestoredFromBackup']));
  expect(relay.received.filter(({ raw }) => raw.includes('confirmation_token'))).toEqual([]);

  await sql('UPDATE otp_secrets SET last_step = 0');
  const token = await tokenOf(server, ADMIN, { otp_code: codeOf(secret) });
  for (const { id } of waiting)
    expect((await send(server, 'POST', `/api/v1/admin/outbox/${id}/retry`, { token })).status).toBe(201);
  await eventually(() => Promise.resolve(relay.received.some(({ recipients }) => recipients.includes(MEMBER.email))));
}

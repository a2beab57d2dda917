import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Config } from '../../src/config/config.js';
import { findDirectPooler, findPooler } from '../../src/infra/database/pooler.js';
import { Program, until } from '../boot/program.js';
import {
  ALL_FINE,
  AWAY,
  cheapStatuses,
  isReady,
  me,
  PASSWORD,
  refusalOf,
  SECRET_KEY,
  send,
  type Serving,
  serve,
  signUp,
  tokenOf,
  untilReady,
} from '../failure/serving.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Pgbouncer } from './pgbouncer-process.js';

const OAUTH = { client_id: 'local-demo', client_secret: 'local-demo-secret' };
const LIMITED = { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' };

let program: Program;
let database: TestDatabase;
let pgbouncer: Pgbouncer;
/** Around pgbouncer. */
let direct: pg.Pool;
let [a, b]: Serving[] = [];
beforeAll(async () => {
  [program, database] = await Promise.all([Program.build(), createTestDatabase()]);
  direct = new pg.Pool({ connectionString: database.url, max: 2 });
  pgbouncer = await Pgbouncer.start(database.url);
  const env = { ...LIMITED, DATABASE_DIRECT_URL: database.url };
  a = await serve(program, pooled(), env);
  b = await serve(program, pooled(), { ...env, PUBLIC_URL: a.url });
});
afterAll(async () => {
  await program?.remove();
  await pgbouncer?.clean();
  await direct?.end();
  await database?.drop();
});

const pooled = (name = 'barong') => `${pgbouncer.url(name)}?pgbouncer=true`;
const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
  (await direct.query<Row>(text, values)).rows;

let people = 0;
/** A sign-up, from a network of its own unless one is named. */
async function signUpFrom(
  server: Serving,
  network = `203.0.${(people += 1)}.7`,
  email = `person${people}@example.com`,
) {
  const response = await fetch(`${server.url}/api/v1/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': network },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  return { email, status: response.status };
}

/** Waits for the mail, which some replica's job sends, and follows its link. */
async function confirm(server: Serving, email: string): Promise<void> {
  let token: string | undefined;
  await until(async () => {
    const { body } = await send(server, 'GET', `/dev/outbox.json?to=${encodeURIComponent(email)}`);
    token = /confirmation_token=([\w-]+)/.exec((body as { text: string }[])[0]?.text ?? '')?.[1];
    return token !== undefined;
  });
  const { status } = await send(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token: token } });
  expect(status).toBe(201);
}

/** A crowd has to share few connections: whoever is told to come back does. */
async function expectLet(server: Serving, token: string): Promise<void> {
  let status: number;
  do ({ status } = await me(server, token));
  while (status === 503);
  expect(status).toBe(200);
}

async function postForm(server: Serving, path: string, fields: Record<string, string>) {
  const response = await fetch(server.url + path, { method: 'POST', body: new URLSearchParams(fields) });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

/** Processes of PostgreSQL that hold the lock by which a worker shows that it lives. */
const presences = async (): Promise<number[]> =>
  (
    await sql<{ pid: number }>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 1785684595 AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
  ).map(({ pid }) => pid);

describe('two servers behind pgbouncer in transaction mode', () => {
  it('do all they do without it, while its few connections are dealt out among them', async () => {
    const { email, status } = await signUpFrom(a);
    expect(status).toBe(201);
    await confirm(b, email);
    const token = await tokenOf(a, { email, password: PASSWORD });
    const crowd = Array.from({ length: 20 }, async (_, lane) => {
      for (let turn = 0; turn < 10; turn += 1) await expectLet(lane % 2 === 0 ? a : b, token);
    });
    await Promise.all(crowd);

    await sql(`UPDATE applications SET grant_types = grant_types || 'client_credentials'::text`);
    const issued = await postForm(a, '/oauth/token', { grant_type: 'client_credentials', ...OAUTH });
    expect(issued.status).toBe(200);
    const access = String(issued.body.access_token);
    const introspect = () => postForm(b, '/oauth/introspect', { token: access, ...OAUTH });
    expect((await introspect()).body.active).toBe(true);
    expect((await postForm(a, '/oauth/revoke', { token: access, ...OAUTH })).status).toBe(200);
    expect((await introspect()).body).toEqual({ active: false });

    expect((await send(b, 'DELETE', '/api/v1/sessions/current', { token })).status).toBe(204);
    expect([(await me(a, token)).status, (await me(b, token)).status]).toEqual([401, 401]);
  });

  it('count together what comes from a network, however much comes at once', async () => {
    const statuses: number[] = [];
    const lanes = Array.from({ length: 15 }, async (_, lane) => {
      for (let turn = 0; turn < 2; turn += 1) {
        const email = `crowd${lane}-${turn}@example.com`;
        statuses.push((await signUpFrom(lane % 2 === 0 ? a : b, '198.51.100.7', email)).status);
      }
    });
    await Promise.all(lanes);
    const count = (status: number) => statuses.filter((each) => each === status).length;
    expect(count(201)).toBeLessThanOrEqual(10);
    // A slow machine answers some with 503, which may have been counted.
    expect(count(201) + count(503)).toBeGreaterThanOrEqual(10);
    expect(count(201) + count(503) + count(429)).toBe(30);
  });

  it('leave no statement and no setting behind in a connection that others get next', async () => {
    const client = new pg.Client({ connectionString: pgbouncer.url() });
    await client.connect();
    const looks = Array.from({ length: 20 }, () =>
      client.query<{ statements: number; ours: number }>(
        `SELECT (SELECT count(*)::int FROM pg_prepared_statements) AS statements,
           (SELECT count(*)::int FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS ours`,
      ),
    );
    for (const { rows } of await Promise.all(looks)) expect(rows).toEqual([{ statements: 0, ours: 0 }]);
    await client.end();
  });

  it('wait for jobs and show that they live on connections to PostgreSQL itself', async () => {
    await until(async () => (await presences()).length === 2);
    const backends = await pgbouncer.backends();
    expect(backends.length).toBeGreaterThan(0);
    expect((await presences()).filter((pid) => backends.includes(pid))).toEqual([]);
  });

  it('do not wait for a lock for longer than they may, since pgbouncer asks for the time-outs (C-82)', async () => {
    const holder = await direct.connect();
    await holder.query('BEGIN; LOCK TABLE accounts');
    try {
      expect(refusalOf(await signUp(a, 'late@example.com'))).toEqual(AWAY);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    expect((await signUp(a, 'late@example.com')).status).toBe(201);
  });

  it('are told by the doctor how they reach PostgreSQL', async () => {
    const env = { NODE_ENV: 'test', DATA_DIR: await program.makeDataDir(), SECRET_KEY };
    const urls = { DATABASE_URL: pooled(), DATABASE_DIRECT_URL: database.url };
    const { stdout } = await program.cli({ ...env, ...urls }, 'doctor');
    expect(stdout).toMatch(/^ok +pooler +pools by transaction; PostgreSQL itself answers too$/m);
    // What it looks at, without the program around it.
    const config = Config.load({ ...env, DATABASE_URL: pooled(), DATABASE_DIRECT_URL: pgbouncer.url() });
    expect(await findPooler(config)).toEqual({ isThere: true, missing: [] });
    expect((await findDirectPooler(config)).isThere).toBe(true);
    const without = await findPooler(Config.load({ ...env, DATABASE_URL: database.url }));
    expect(without).toEqual({ isThere: false, missing: [] });
  });

  it('answer 503 while it is away, and go on by themselves when it is back', async () => {
    const token = await tokenOf(a);
    await pgbouncer.stop();
    for (const server of [a, b]) {
      expect(refusalOf(await me(server, token))).toEqual(AWAY);
      expect(await isReady(server)).toBe(false);
      expect(await cheapStatuses(server)).toEqual(ALL_FINE);
    }
    await pgbouncer.resume();
    for (const server of [a, b]) await untilReady(server);
    expect([(await me(a, token)).status, (await me(b, token)).status]).toEqual([200, 200]);
    const { email, status } = await signUpFrom(b);
    expect(status).toBe(201);
    await confirm(a, email);
  });

  it('are missed by the others when they are killed (C-86)', async () => {
    await until(async () => (await presences()).length === 2);
    b.process.signal('SIGKILL');
    await b.process.ended;
    await until(async () => (await presences()).length === 1);
    a.process.signal('SIGTERM');
    expect((await a.process.ended).code).toBe(0);
  });
});

describe('a server does not start', () => {
  const failedWith = async (env: Record<string, string>) => {
    const settings = { NODE_ENV: 'development', HOST: '127.0.0.1', PORT: '0', DATA_DIR: await program.makeDataDir() };
    const { code, stderr } = await program.start('main', { ...settings, ...env }).ended;
    return { code, stderr };
  };

  it('when nobody said that pgbouncer is there', async () => {
    const { code, stderr } = await failedWith({ DATABASE_URL: pgbouncer.url(), DATABASE_DIRECT_URL: database.url });
    expect(code).toBe(1);
    expect(stderr).toBe('DATABASE_URL leads to pgbouncer: docs/postgresql.md says how to end it in ?pgbouncer=true\n');
  });

  it('when pgbouncer was not told of the time-outs', async () => {
    const { code, stderr } = await failedWith({ DATABASE_URL: pooled('bare'), DATABASE_DIRECT_URL: database.url });
    expect(code).toBe(1);
    expect(stderr).toContain("pgbouncer's connections have no statement_timeout, lock_timeout");
  });
});

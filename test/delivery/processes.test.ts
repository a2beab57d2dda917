import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Program, type ProgramProcess } from '../boot/program.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { headerOf, type Received, startRelay } from '../support/mail-relay.js';

/** Replicas read what any of them wrote. */
const SECRET_KEY = randomBytes(32).toString('base64');

/** Long enough to be in hand when the process is killed: the relay has the mail and never says so. */
const never = () => new Promise<void>(() => undefined);

async function eventually(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

let program: Program;
let database: TestDatabase;
let pool: pg.Pool;
let relays: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  program = await Program.build();
});
beforeEach(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => undefined);
});
const servers: ProgramProcess[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.signal('SIGKILL');
    await server.ended;
  }
  await Promise.all(relays.map((relay) => relay.close()));
  relays = [];
  await pool.end();
  await database.drop();
});
afterAll(() => program.remove());

async function relayAt(port?: number, beforeTaking?: () => Promise<void>) {
  const relay = await startRelay({ ...(port && { port }), ...(beforeTaking && { beforeTaking }) });
  relays.push(relay);
  return relay;
}

/** Lets two minutes pass when it gets the signal. */
const CLOCK = `const now = Date.now; process.on('SIGUSR2', () => (Date.now = () => now() + 120_000));`;

/** The program as in development: with the clock that repeats jobs, unlike in other tests. */
async function start(smtpUrl: string): Promise<{ url: string; server: ProgramProcess }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = program.start('main', {
    DATABASE_URL: database.url,
    DATA_DIR: await program.makeDataDir(),
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    SMTP_URL: smtpUrl,
    SECRET_KEY,
    BCRYPT_COST: '10',
    RATE_LIMITS: 'off',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(CLOCK)}`,
  });
  servers.push(server);
  await server.ready(url);
  return { url, server };
}

async function signUp(url: string, email: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a long enough password' }),
  });
  expect(answer.status).toBe(201);
}

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `reader${index}@example.com`).sort();
const waiting = `SELECT locked_by FROM graphile_worker.jobs WHERE task_identifier = 'notifications.deliver'`;
const recipients = (mails: Received[]) => mails.flatMap((mail) => mail.recipients).sort();
const idOf = (mails: Received[], recipient: string) =>
  mails.filter((mail) => mail.recipients.includes(recipient)).map((mail) => headerOf(mail, 'Message-ID'));

describe('mail and processes', () => {
  it('two replicas send each mail once (C-85)', async () => {
    const relay = await relayAt();
    const replicas = await Promise.all([start(relay.url), start(relay.url)]);
    const people = addresses(50);
    await Promise.all(
      replicas.map(async ({ url }, replica) => {
        for (const email of people.filter((_, index) => index % 2 === replica)) await signUp(url, email);
      }),
    );
    await eventually(async () => (await pool.query(waiting)).rows.length === 0);
    expect(recipients(relay.received)).toEqual(people);
    expect(new Set(relay.received.map((mail) => headerOf(mail, 'Message-ID'))).size).toBe(people.length);
  });

  it('what was acknowledged arrives after the mail server was away and the process was killed (C-85, C-86)', async () => {
    const silent = await relayAt(undefined, never);
    const { url, server } = await start(`${silent.url}?socketTimeout=600000`);
    const people = addresses(10);
    for (const email of people) await signUp(url, email);
    await eventually(async () => (await pool.query(`${waiting} AND locked_by IS NOT NULL`)).rows.length > 0);
    await eventually(() => silent.received.length > 0);
    server.signal('SIGKILL');
    await server.ended;
    await silent.close();
    relays = [];
    // Nobody gives back what the process had in hand; the time that passes is put into the table.
    expect((await pool.query(`${waiting} AND locked_by IS NOT NULL`)).rows.length).toBeGreaterThan(0);
    await pool.query(
      `UPDATE graphile_worker._private_jobs SET run_at = now(), locked_at = locked_at - interval '5 minutes'`,
    );

    const relay = await relayAt(silent.port);
    const { server: next } = await start(relay.url);
    process.kill(next.pid, 'SIGUSR2');
    // Otherwise comes every minute.
    await eventually(async () => {
      await pool.query(`SELECT graphile_worker.add_job('queue.tend', '{}'::json, job_key := 'tests.tend')`);
      return (await pool.query(`${waiting} AND locked_at < now() - interval '1 minute'`)).rows.length === 0;
    });
    await eventually(async () => (await pool.query(waiting)).rows.length === 0);
    expect(recipients(relay.received)).toEqual(people);
    // What the killed process had already handed over comes a second time, recognisable as the same message.
    for (const {
      recipients: [twice = ''],
    } of silent.received) {
      expect(idOf(silent.received, twice)).toEqual(idOf(relay.received, twice));
    }
  });
});

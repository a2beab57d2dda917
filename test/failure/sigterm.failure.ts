import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { Program, statusOf, until } from '../boot/program.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PASSWORD, PRODUCTION, type Serving, serve } from './serving.js';

/** Refused by the kernel: nobody has taken what was asked. */
const NOBODY_LISTENS = 'ECONNREFUSED';
const LANES = 6;

let program: Program;
let database: TestDatabase;
let pool: pg.Pool;
let server: Serving;
beforeAll(async () => {
  [program, database] = await Promise.all([Program.build(), createTestDatabase()]);
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => undefined);
  server = await serve(program, database.url, PRODUCTION);
});
afterAll(async () => {
  await program.remove();
  await pool.end();
  await database.drop();
});

let addresses = 0;
/** Headers of somebody else in the world: limits count by address. */
function fromElsewhere(): Record<string, string> {
  addresses += 1;
  return { 'content-type': 'application/json', 'x-forwarded-for': `10.1.${addresses >> 8}.${addresses & 255}` };
}

/** A connection that is kept, as balancers keep theirs. It tries nothing again, so whatever gets lost shows. */
class Line {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** What the newest answer said of the connection. */
  connection: string | undefined;

  /** @returns the status, or why there was none */
  async ask(method: string, path: string, body?: object): Promise<number | string> {
    const sent = request(server.url + path, { method, agent: this.agent, headers: fromElsewhere() });
    sent.end(body && JSON.stringify(body));
    try {
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      await answer.toArray();
      this.connection = answer.headers.connection;
      return answer.statusCode ?? 0;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }
}

const signUpBody = (email: string) => ({ email, password: PASSWORD });

/** Sign-ups and what costs nothing, one after the other on one connection, until nobody listens. */
async function stream(name: string, counts: Record<string, number>, acknowledged: string[]): Promise<void> {
  const line = new Line();
  for (let turn = 0; ; turn += 1) {
    const email = `${name}-${turn}@example.com`;
    const answers = [
      await line.ask('POST', '/api/v1/accounts', signUpBody(email)),
      await line.ask('GET', '/.well-known/openid-configuration'),
    ];
    if (answers[0] === 201) acknowledged.push(email);
    for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
    if (answers.includes(NOBODY_LISTENS)) return;
  }
}

/** A sign-up of which the server has the beginning. @returns what sends the rest, and takes the answer */
async function beginSignUp(email: string): Promise<() => Promise<string>> {
  const body = JSON.stringify(signUpBody(email));
  const headers = { ...fromElsewhere(), host: new URL(server.url).host, 'content-length': body.length };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`POST /api/v1/accounts HTTP/1.1\r\nExpect: 100-continue\r\n${head.join('')}\r\n`);
  await once(socket, 'data');
  return async () => {
    socket.write(body);
    return Buffer.concat((await socket.toArray()) as Buffer[]).toString();
  };
}

it('SIGTERM under load: what was taken is answered, and what was acknowledged is kept (C-84)', async () => {
  const acknowledged: string[] = [];
  const counts: Record<string, number> = {};
  const streams = Promise.all(Array.from({ length: LANES }, (_, lane) => stream(`lane${lane}`, counts, acknowledged)));
  const idle = new Line();
  expect(await idle.ask('GET', '/health/ready')).toBe(200);
  const finish = await beginSignUp('slow@example.com');
  await until(() => acknowledged.length >= 2 * LANES);

  server.process.signal('SIGTERM');
  await until(async () => (await statusOf(`${server.url}/health/ready`)) === 503);
  // Balancers hear of it by and by: meanwhile all is as before, on new connections, too.
  server.process.signal('SIGTERM');
  expect(await statusOf(`${server.url}/health/live`)).toBe(200);
  const before = acknowledged.length;
  await until(async () => (await statusOf(`${server.url}/health/live`)) === undefined);
  // Whoever has a connection may ask once more, and is told that it is over; what was begun is finished.
  expect([await idle.ask('POST', '/api/v1/accounts', signUpBody('last@example.com')), idle.connection]).toEqual([
    201,
    'close',
  ]);
  server.process.signal('SIGTERM');
  expect(await finish()).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
  expect(await server.process.ended).toMatchObject({ code: 0, stderr: '' });

  await streams;
  expect(acknowledged.length).toBeGreaterThan(before);
  expect(Object.keys(counts).sort()).toEqual(['200', '201', NOBODY_LISTENS]);
  const { rows } = await pool.query<{ email: string }>('SELECT email FROM accounts');
  const kept = rows.map(({ email }) => email);
  expect(kept.sort()).toEqual([...acknowledged, 'last@example.com', 'slow@example.com'].sort());
  // Their mails wait for the next process, which need not wait for this one's to come back.
  const jobs = await pool.query<{ locked: boolean }>(
    `SELECT locked_at IS NOT NULL AS locked FROM graphile_worker.jobs WHERE task_identifier = 'notifications.deliver'`,
  );
  expect(jobs.rows).toEqual(kept.map(() => ({ locked: false })));
});

import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, eventually, messageTo, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type ServerProcess, startProcess } from '../support/server-process.js';
import { type Broker, makeBroker } from './broker-process.js';
import { Consumer, EXCHANGE } from './consumer.js';

type Server = Pick<TestApp, 'url' | 'sql'>;
type Killable = Server & Pick<ServerProcess, 'output' | 'stop'>;

let broker: Broker;
let consumer: Consumer;
let server: TestApp;
beforeAll(async () => {
  broker = await makeBroker();
  await broker.start();
  server = await startApp({ EVENTS_URL: broker.writerUrl });
});
afterAll(async () => {
  await server?.close();
  await broker?.remove();
});
beforeEach(async () => {
  consumer = await Consumer.start(broker.url);
});
afterEach(() => consumer.stop());

/** Jobs that nobody does yet, and whose next try would be a while from now, become due. */
const hurry = (where: Server) =>
  where.sql('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE attempts > 0 AND locked_at IS NULL');

/** Waits for all that waits for the broker; what fails meanwhile is tried again at once. */
async function published(where: Server): Promise<void> {
  await eventually(async () => {
    await hurry(where);
    return (await waiting(where)).length === 0;
  });
}

const postpone = (where: Server) =>
  where.sql(
    `UPDATE graphile_worker._private_jobs SET run_at = now() + interval '1 hour'
     WHERE attempts > 0 AND locked_at IS NULL RETURNING 1`,
  );

const waiting = (where: Server) =>
  where.sql<{ attempts: number; last_error: string | null }>(
    `SELECT attempts, last_error FROM graphile_worker.jobs WHERE task_identifier = 'events.publish'`,
  );

const refusedWith = (where: Server, error: string) =>
  eventually(async () => (await waiting(where)).some(({ last_error: said }) => said?.includes(error)));

const uidOf = async (where: Server, { email }: Person): Promise<string | undefined> =>
  (await where.sql<{ uid: string }>('SELECT uid FROM accounts WHERE email = $1', [email]))[0]?.uid;

const signUp = (where: Server, person: Person) => call(where, 'POST', '/api/v1/accounts', { body: person });

describe('events', () => {
  it('arrive with the right key, properties and signature', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const { uid, sid } = claimsOf(token);
    const created = await consumer.arrived('model.account.created', uid);
    expect(created.fields).toMatchObject({ exchange: EXCHANGE, routingKey: 'account.created' });
    expect(created.properties).toMatchObject({
      contentType: 'application/jose+json',
      deliveryMode: 2,
      messageId: created.claims.jti,
      type: 'model.account.created',
      timestamp: Math.floor(Date.parse(created.claims.event.at) / 1000),
    });
    const { header, claims } = await consumer.verified(created, server.url);
    expect(header).toEqual({ alg: 'RS256', typ: 'account-event+jwt' });
    expect(claims).toMatchObject({
      iss: 'barong',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      event: { name: 'model.account.created', record: { uid, email: person.email, level: 0, state: 'pending' } },
    });
    const updated = await consumer.arrived('model.account.updated', uid);
    expect(updated.fields.routingKey).toBe('account.updated');
    expect(updated.claims.event).toMatchObject({
      record: { level: 1, state: 'active' },
      changes: { state: 'pending' },
    });
    const opened = await consumer.arrived('session.created', uid);
    expect(opened.fields).toMatchObject({ exchange: EXCHANGE, routingKey: 'session.created' });
    expect(opened.claims.event.record).toMatchObject({ session_id: sid, application_uid: LOCAL_DEMO });
    expect((await consumer.arrived('level.changed', uid)).claims.event.record).toEqual({ uid, from: 0, to: 1 });
  });

  it('that the broker does not confirm are published again', async () => {
    const person = await newPerson(server);
    await published(server);
    const full = 'full';
    const limits = { 'x-max-length': 1, 'x-overflow': 'reject-publish' };
    await consumer.channel.assertQueue(full, { durable: true, arguments: limits });
    await consumer.channel.bindQueue(full, EXCHANGE, 'session.created');
    consumer.channel.sendToQueue(full, Buffer.from('the one that fits'));
    await eventually(async () => (await consumer.channel.checkQueue(full)).messageCount === 1);

    const { uid } = claimsOf(await signIn(server, person));
    await refusedWith(server, 'NOT_CONFIRMED');
    await consumer.channel.deleteQueue(full);
    await published(server);
    await consumer.arrived('session.created', uid);
  });

  it('survive that the exchange, and with it the channel, goes away', async () => {
    const person = await newPerson(server);
    await published(server);
    await consumer.channel.deleteExchange(EXCHANGE);
    const { uid } = claimsOf(await signIn(server, person));
    // This user may not make it, so that nothing is published before somebody listens again.
    await refusedWith(server, 'BROKER_AWAY');
    await consumer.bind();
    await published(server);
    await consumer.arrived('session.created', uid);
  });

  it('wait while the broker is away, and nothing else does', async () => {
    const before = await newPerson(server);
    await published(server);
    await broker.stop('SIGKILL');
    const { uid } = claimsOf(await signIn(server, before));
    const others = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
      email: `${name}@away.example.com`,
      password: 'a long enough password',
    }));
    for (const person of others) expect(outcome(await signUp(server, person))).toEqual([201, null]);
    for (const { email } of others) await messageTo(server, email);
    expect((await call(server, 'GET', '/health/ready')).status).toBe(200);
    await refusedWith(server, 'BROKER_AWAY');
    expect(await waiting(server)).toHaveLength(6);

    await broker.start();
    consumer = await Consumer.start(broker.url);
    await published(server);
    await consumer.arrived('session.created', uid);
    for (const person of others) await consumer.arrived('model.account.created', await uidOf(server, person));
  });
});

describe('a server that is killed', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  const processes: ServerProcess[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 1 });
  });
  afterAll(async () => {
    for (const each of processes) await each.clean();
    await pool.end();
    await database.drop();
  });

  const secret = randomBytes(32).toString('base64');
  const start = async (): Promise<Killable> => {
    const env = { DATABASE_URL: database.url, SECRET_KEY: secret, EVENTS_URL: broker.url };
    const started = await startProcess(env);
    processes.push(started);
    const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows;
    return { url: started.url, sql, stop: started.stop, output: started.output };
  };

  it('before it could publish publishes when it is there again', async () => {
    await consumer.channel.deleteExchange(EXCHANGE);
    const first = await start();
    const early = { email: 'early@killed.example.com', password: 'a long enough password' };
    await signUp(first, early);
    await published(first);
    // It was made by the server, and survives the broker.
    await consumer.bind();

    await broker.stop();
    const person = { email: 'late@killed.example.com', password: 'a long enough password' };
    expect(outcome(await signUp(first, person))).toEqual([201, null]);
    await refusedWith(first, 'BROKER_AWAY');
    // What it has in hand when it is killed would stay locked for a minute.
    await eventually(async () => (await postpone(first)).length === 1);
    await first.stop('SIGKILL');
    expect(await waiting(first)).toHaveLength(1);
    expect(first.output()).not.toContain('guest');

    await broker.start();
    consumer = await Consumer.start(broker.url);
    const second = await start();
    await published(second);
    const arrival = await consumer.arrived('model.account.created', await uidOf(second, person));
    expect((await consumer.verified(arrival, second.url)).claims).toMatchObject({ iss: 'barong' });
  });
});

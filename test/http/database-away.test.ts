import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, outcome, signInAdmin } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { startRelay } from '../support/mail-relay.js';

const UNAVAILABLE = [503, 'The service is temporarily unavailable'];
const READER = { email: 'reader@example.com', password: 'a long enough password' };

let database: TestDatabase;
let proxy: DatabaseProxy;
let relay: Awaited<ReturnType<typeof startRelay>>;
let server: TestApp;
let direct: pg.Pool;
let whenMailArrives = async (): Promise<void> => {};
beforeAll(async () => {
  database = await createTestDatabase();
  direct = new pg.Pool({ connectionString: database.url, max: 1 });
  proxy = await startDatabaseProxy(database.url);
  relay = await startRelay({ beforeTaking: () => whenMailArrives() });
  server = await startApp({ RATE_LIMITS: 'off', DATABASE_URL: proxy.url, SMTP_URL: relay.url });
});
afterAll(async () => {
  await server.close();
  await relay.close();
  await proxy.cut();
  await direct.end();
  await database.drop();
});

const ready = () => call(server, 'GET', '/health/ready');
const readyAgain = () => eventually(async () => (await ready()).status === 200);

describe('while the database is away (C-82)', () => {
  it('everything says 503, never 500, and nothing is let through', async () => {
    const token = await signInAdmin(server);
    const body = { ...READER, application_id: 'local-demo', confirmation_token: 'x', reset_password_token: 'x' };
    const requests: [string, string, object][] = [
      ['GET', '/health/ready', {}],
      ['POST', '/api/v1/accounts', { body }],
      ['POST', '/api/v1/accounts/confirm', { body }],
      ['POST', '/api/v1/accounts/send_confirmation_instructions', { body }],
      ['POST', '/api/v1/sessions', { body }],
      ['POST', '/api/v1/security/reset_password', { body }],
      ['PUT', '/api/v1/security/reset_password', { body }],
      ['GET', '/api/v1/accounts/me', { token }],
      ['GET', '/api/v1/sessions', { token }],
      ['DELETE', '/api/v1/sessions/current', { token }],
      ['POST', '/api/v1/security/renew', { token }],
    ];
    await proxy.cut();
    for (const [method, path, options] of requests) {
      const answer = await call(server, method, path, options);
      expect([path, ...outcome(answer)]).toEqual([path, ...UNAVAILABLE]);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]$/);
    }
    expect((await call(server, 'GET', '/health/live')).status).toBe(200);
    expect((await call(server, 'POST', '/api/v1/accounts', { body: {} })).status).toBe(400);
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: 'forged' })).status).toBe(401);

    await proxy.mend();
    await readyAgain();
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token })).status).toBe(200);
  });

  it('a mail that was sent just then is not sent again, and its job ends once the database is back (C-86)', async () => {
    whenMailArrives = () => proxy.cut();
    expect(outcome(await call(server, 'POST', '/api/v1/accounts', { body: READER }))).toEqual([201, null]);
    await eventually(async () => relay.received.length === 1);
    await eventually(async () => (await ready()).status === 503);
    expect((await direct.query('SELECT 1 FROM graphile_worker._private_jobs')).rowCount).toBe(1);

    whenMailArrives = async () => {};
    await proxy.mend();
    await readyAgain();
    await eventually(async () => (await direct.query('SELECT 1 FROM graphile_worker._private_jobs')).rowCount === 0);
    expect(relay.received.map(({ recipients }) => recipients)).toEqual([[READER.email]]);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { Database } from '../../src/infra/database/database.service.js';
import { JobQueue } from '../../src/infra/queue/job-queue.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually, outbox } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { add, codeFor, codeIn, codesTo, newNumber, newToken, rowsOf, verify, wrong } from './phones.js';
import { Provider } from './provider.js';

/** Mail goes on to the outbox; only SMS have a provider here. */
async function startWith(provider: Provider, smsUrl: string): Promise<TestApp> {
  provider.reset({ status: 200 });
  return startApp({ SMS_URL: smsUrl });
}

const received = (provider: Provider): { id: string; to: string; text: string }[] =>
  provider.requests.map(({ body }) => JSON.parse(body) as { id: string; to: string; text: string });

describe('codes on their way through a webhook', () => {
  let provider: Provider;
  let server: TestApp;
  let token: string;
  const logged: unknown[] = [];
  beforeAll(async () => {
    provider = await Provider.start();
    server = await startWith(provider, `${provider.url}/sms`);
    const log = (...line: unknown[]): unknown => logged.push(line);
    const logger: LoggerService = { log, error: log, warn: log, debug: log, verbose: log, fatal: log };
    server.app.useLogger(logger);
  });
  beforeEach(async () => {
    token = await newToken(server);
    provider.reset({ status: 200 });
    logged.length = 0;
  });
  afterAll(async () => {
    await server.close();
    await provider.stop();
  });

  it('arrive and verify; nothing lands in the outbox', async () => {
    const number = newNumber();
    await add(server, token, number);
    await jobsDone(server);
    const [sms, ...more] = received(provider);
    expect(more).toEqual([]);
    expect(sms).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), to: number, text: expect.any(String) });
    expect(await outbox(server, number.slice(1))).toEqual([]);
    expect((await verify(server, token, number, codeIn(sms?.text ?? ''))).status).toBe(201);
  });

  it('are sent again under the same id until they are taken', async () => {
    const number = newNumber();
    provider.reset({ status: 503 }, { status: 202 });
    await add(server, token, number);
    await jobsDone(server);
    const [first, second, ...more] = received(provider);
    expect(more).toEqual([]);
    expect(second).toEqual(first);
    expect(provider.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([first?.id, first?.id]);
    expect((await verify(server, token, number, codeIn(second?.text ?? ''))).status).toBe(201);
  });

  it('leave neither number nor code in the logs or the queue while they wait', async () => {
    const number = newNumber();
    provider.reset({ status: 500, body: `no such number ${number}` });
    await add(server, token, number);
    const jobs = await eventually(async () => {
      const rows = await server.sql<{ last_error: string | null }>('SELECT * FROM graphile_worker._private_jobs');
      return rows.some(({ last_error }) => last_error !== null) && rows;
    });
    const code = codeIn(received(provider)[0]?.text ?? '');
    const said = JSON.stringify([jobs, logged]);
    expect(said).toContain('webhook answered 500');
    expect(said).not.toContain(number.slice(1));
    expect(said).not.toContain(code);
    provider.reset({ status: 200 });
    await jobsDone(server);
  });

  it('are replaced by a newer code, and the older one is not sent any more', async () => {
    const number = newNumber();
    provider.reset({ status: 500 }, { status: 200 });
    await add(server, token, number);
    await eventually(async () => provider.requests.length > 0 && (await hasFailed()));
    await add(server, token, number);
    await jobsDone(server);
    const [older, newer, ...more] = received(provider);
    expect(more).toEqual([]);
    expect(newer?.id).not.toBe(older?.id);
    expect((await verify(server, token, number, codeIn(newer?.text ?? ''))).status).toBe(201);
  });

  it('are dropped when they expired before they could be sent', async () => {
    const number = newNumber();
    provider.reset({ status: 500 }, { status: 200 });
    await add(server, token, number);
    await eventually(() => hasFailed());
    await server.sql('UPDATE phones SET code_expires_at = now() WHERE number = $1', [number]);
    await jobsDone(server);
    expect(provider.requests).toHaveLength(1);
    expect(JSON.stringify(logged)).toContain('code expired before it could be sent');
  });

  async function hasFailed(): Promise<boolean> {
    return (await server.sql('SELECT 1 FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL')).length > 0;
  }
});

describe('codes on their way through Twilio', () => {
  let provider: Provider;
  let server: TestApp;
  beforeAll(async () => {
    provider = await Provider.start();
    server = await startWith(provider, `twilio://AC1:token@?from=+15005550006&base=${provider.url}`);
  });
  afterAll(async () => {
    await server.close();
    await provider.stop();
  });

  it('arrive and verify', async () => {
    const token = await newToken(server);
    const number = newNumber();
    provider.reset({ status: 201, body: '{}' });
    await add(server, token, number);
    await jobsDone(server);
    expect(provider.requests).toHaveLength(1);
    const form = new URLSearchParams(provider.requests[0]?.body);
    expect(form.get('To')).toBe(number);
    expect((await verify(server, token, number, codeIn(form.get('Body') ?? ''))).status).toBe(201);
  });

  it('are sent twice at most when nobody can tell whether they were', async () => {
    const token = await newToken(server);
    const number = newNumber();
    provider.reset('hang up');
    await add(server, token, number);
    await jobsDone(server);
    expect(provider.requests).toHaveLength(2);
    expect(new Set(provider.requests.map(({ body }) => body)).size).toBe(1);
  });
});

describe('a job that comes late or twice', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(() => server.close());

  let token: string;
  let number: string;
  let code: string;
  let phoneId: string | undefined;
  beforeEach(async () => {
    token = await newToken(server);
    number = newNumber();
    code = await codeFor(server, token, number);
    phoneId = (await rowsOf(server, number))[0]?.id;
  });
  afterEach(async () => {
    expect(await codesTo(server, number)).toEqual([code]);
  });

  async function sendLate(sent: string, id: string = randomUUID()): Promise<void> {
    const queue = server.app.get(JobQueue, { strict: false });
    const database = server.app.get(Database, { strict: false });
    await database.transaction((tx) => queue.add(tx, 'phones.send_code', { id, phoneId, code: sent }));
    await jobsDone(server);
  }

  it('sends nothing that another code took the place of', () => sendLate(wrong(code)));

  it('sends nothing that has expired', async () => {
    await server.sql('UPDATE phones SET code_expires_at = now() WHERE number = $1', [number]);
    await sendLate(code);
  });

  it('sends nothing that was tried too often', async () => {
    await server.sql('UPDATE phones SET code_attempts = 5 WHERE number = $1', [number]);
    await sendLate(code);
  });

  it('sends nothing once the number is verified', async () => {
    await verify(server, token, number, code);
    await sendLate(code);
  });

  it('sends nothing for a number that is gone', async () => {
    await server.sql('DELETE FROM phones WHERE id = $1', [phoneId]);
    await sendLate(code);
  });

  it('does not send an SMS again that was sent', async () => {
    const [message] = await outbox(server, number.slice(1));
    await sendLate(code, message?.id);
  });
});

it('sends nothing to a number that another account verified meanwhile', async () => {
  const server = await startApp();
  const [first, second] = [await newToken(server), await newToken(server)];
  const number = newNumber();
  const code = await codeFor(server, first, number);
  await verify(server, second, number, await codeFor(server, second, number));
  const [row] = await rowsOf(server, number);
  const payload = { id: randomUUID(), phoneId: row?.id, code };
  const queue = server.app.get(JobQueue, { strict: false });
  await server.app.get(Database, { strict: false }).transaction((tx) => queue.add(tx, 'phones.send_code', payload));
  expect(await codesTo(server, number)).toHaveLength(2);
  await server.close();
});

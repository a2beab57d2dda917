import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { LimiterStore } from '../../src/infra/rate-limit/limiter-store.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, eventually, outcome } from '../support/client.js';
import { RedisProcess } from './redis-process.js';

const TOO_MANY = [429, 'Too many requests, please try again later'];
const UNAVAILABLE = [503, 'The service is temporarily unavailable'];
const PASSWORD = 'a long enough password';
/** Sign-ups of one network in an hour. */
const BUDGET = 10;

let redis: RedisProcess;
/** Two replicas. */
let servers: TestApp[];
let client: Redis;
const start = () => startApp({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1', REDIS_URL: redis.url });
beforeAll(async () => {
  redis = await RedisProcess.start();
  servers = [await start(), await start()];
  client = new Redis(redis.url);
  client.on('error', () => undefined);
});
afterAll(async () => {
  client.disconnect();
  for (const server of servers) await server.close();
  await redis.clean();
});
beforeEach(async () => {
  await client.flushall();
});

let people = 0;
function signUp(server: TestApp | undefined, ip: string): Promise<Answer> {
  const body = { email: `somebody${(people += 1)}@example.com`, password: PASSWORD };
  const headers = { 'x-forwarded-for': ip };
  return call(server as TestApp, 'POST', '/api/v1/accounts', { headers, body });
}
const ready = async (server: TestApp) => (await call<{ away?: string[] }>(server, 'GET', '/health/ready')).body;
const isBack = (server: TestApp) => eventually(async () => (await ready(server)).away === undefined);

describe('counters in Redis', () => {
  it('are shared by replicas, and of 200 calls at once none slips through', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => signUp(servers[n % 2], '203.0.113.1')));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(BUDGET);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const answer of refused) {
      expect(outcome(answer)).toEqual(TOO_MANY);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3000);
    }
    expect((await signUp(servers[0], '203.0.113.2')).status).toBe(201);
  });

  it('are those of the limits and no others, end by themselves, and name nobody', async () => {
    await signUp(servers[0], '203.0.113.3');
    const keys = await client.keys('*');
    expect(keys).toEqual([expect.stringMatching(/^barong:sign-up:[A-Za-z0-9_-]{43}$/)]);
    expect(await client.pttl(keys[0] ?? '')).toBeGreaterThan(0);
    expect(await servers[0]?.sql('SELECT 1 FROM rate_limits')).toEqual([]);

    for (let n = 1; n < BUDGET; n += 1) await signUp(servers[0], '203.0.113.3');
    expect((await signUp(servers[1], '203.0.113.3')).status).toBe(429);
    await client.pexpire(keys[0] ?? '', 1);
    await eventually(async () => (await client.exists(keys[0] ?? '')) === 0);
    expect((await signUp(servers[1], '203.0.113.3')).status).toBe(201);
  });

  it('outlive a server', async () => {
    for (let n = 0; n < BUDGET; n += 1) await signUp(servers[1], '203.0.113.4');
    await servers.pop()?.close();
    servers.push(await start());
    await isBack(servers[1]);
    expect((await signUp(servers[1], '203.0.113.4')).status).toBe(429);
  });
});

describe('while Redis is away (C-82)', () => {
  it('what it counts is refused, the server says so, and comes back by itself with what was counted', async () => {
    const server = servers[0];
    const store = server.app.get(LimiterStore, { strict: false });
    expect(await store.describe()).toBe(`in Redis at localhost:${redis.port}`);
    for (let n = 0; n < BUDGET; n += 1) await signUp(server, '203.0.113.5');
    await redis.stop();
    await eventually(async () => (await ready(server)).away !== undefined);
    expect(await ready(server)).toEqual({ status: 'ready', away: ['redis'] });
    await expect(store.describe()).rejects.toThrow(/^Redis at localhost:\d+ does not answer/);

    const credentials = { email: 'nobody@example.com', password: PASSWORD, application_id: 'local-demo' };
    const answers = [
      await signUp(server, '203.0.113.6'),
      await call(server, 'POST', '/api/v1/sessions', { body: credentials }),
      await call(server, 'POST', '/api/v1/security/reset_password', { body: credentials }),
    ];
    for (const answer of answers) {
      expect(outcome(answer)).toEqual(UNAVAILABLE);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]$/);
    }
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: 'forged' })).status).toBe(401);

    await redis.resume();
    for (const each of servers) await isBack(each);
    expect((await signUp(server, '203.0.113.5')).status).toBe(429);
    expect((await signUp(server, '203.0.113.6')).status).toBe(201);
  });
});

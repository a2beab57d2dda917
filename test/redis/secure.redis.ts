import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp } from '../support/app.js';
import { type Answer, call, eventually } from '../support/client.js';
import { type ServerProcess, startProcess } from '../support/server-process.js';
import { PASSWORD, RedisProcess } from './redis-process.js';

let redis: RedisProcess;
let server: ServerProcess;
beforeAll(async () => {
  redis = await RedisProcess.start({ isSecure: true });
  const trusting = { NODE_EXTRA_CA_CERTS: redis.certificate, LOG_LEVEL: 'trace' };
  server = await startProcess({ RATE_LIMITS: 'on', REDIS_URL: redis.url, ...trusting });
});
afterAll(async () => {
  await server.clean();
  await redis.clean();
});

const askForReset = (where: Pick<ServerProcess, 'url'>, email: string): Promise<Answer> =>
  call(where, 'POST', '/api/v1/security/reset_password', { body: { email } });

describe('rediss://', () => {
  it('counts over TLS, and says when that is away, without the password', async () => {
    // What a network may ask for in an hour.
    for (let n = 0; n < 20; n += 1) expect((await askForReset(server, `person${n}@example.com`)).status).toBe(201);
    expect((await askForReset(server, 'one@example.com')).status).toBe(429);
    await redis.stop();
    await eventually(() => Promise.resolve(server.output().includes('Redis is away')));
    expect((await askForReset(server, 'two@example.com')).status).toBe(503);
    await redis.resume();
    await eventually(() => Promise.resolve(server.output().includes('Redis is back')));
    expect((await askForReset(server, 'one@example.com')).status).toBe(429);
    expect(server.output().match(/Redis is away/g)).toHaveLength(1);
    expect(server.output()).not.toContain(PASSWORD);
  });

  it('is refused where nobody vouches for the certificate', async () => {
    const wary = await startApp({ RATE_LIMITS: 'on', REDIS_URL: redis.url });
    const { status } = await askForReset(wary, 'three@example.com').finally(() => wary.close());
    expect(status).toBe(503);
  });
});

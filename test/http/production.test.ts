import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { call, outcome } from '../support/client.js';
import { routesOf } from '../support/routes.js';

let server: TestApp;
/** Behind the proxy that ends TLS in production. */
let inside: { url: string };
beforeAll(async () => {
  server = await startApp({
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://accounts.example',
    SECRET_KEY: randomBytes(32).toString('base64'),
    SMTP_URL: 'smtp://127.0.0.1:9',
    SMS_URL: 'https://sms.example/hook',
  });
  inside = { url: `http://127.0.0.1:${server.config.port}` };
});
afterAll(() => server.close());

describe('a production server', () => {
  it('has no development outbox', async () => {
    expect(routesOf(server).filter(({ path }) => path.startsWith('/dev'))).toEqual([]);
    for (const path of ['/dev/outbox', '/dev/outbox.json', '/dev']) {
      expect(outcome(await call(inside, 'GET', path))).toEqual([404, 'Not Found']);
    }
  });

  it('makes browsers keep to https (C-49)', async () => {
    for (const path of ['/health/live', '/api/v1/accounts/me', '/nothing']) {
      const { headers } = await call(inside, 'GET', path);
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=63072000/);
    }
  });

  it('does not know the application of the development seed', async () => {
    const body = { ...ADMIN, application_id: 'local-demo' };
    expect(outcome(await call(inside, 'POST', '/api/v1/sessions', { body }))).toEqual([401, '401 Unauthorized']);
    expect(await server.sql('SELECT 1 FROM applications')).toEqual([]);
  });
});

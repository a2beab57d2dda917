import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, LOCAL_DEMO, PRODUCTION, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, messageTo, newPerson, outcome, type Person } from '../support/client.js';
import { routesOf } from '../support/routes.js';

let direct: TestApp;
let proxied: TestApp;
beforeAll(async () => {
  direct = await startApp({ RATE_LIMITS: 'off' });
  proxied = await startApp({ RATE_LIMITS: 'off', TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' });
});
afterAll(async () => {
  await direct.close();
  await proxied.close();
});

/** Where the server thinks that somebody signed in from. */
async function addressOf(server: TestApp, person: Person, headers: Record<string, string>): Promise<string> {
  const body = { ...person, application_id: LOCAL_DEMO };
  const { body: token } = await call<string>(server, 'POST', '/api/v1/sessions', { body, headers });
  const [row] = await server.sql<{ ip: string }>('SELECT ip FROM sessions WHERE id = $1', [claimsOf(token).sid]);
  return row?.ip ?? '';
}

describe('the address of a caller (C-11)', () => {
  it('is that of the connection, whatever headers say', async () => {
    const person = await newPerson(direct);
    for (const headers of [
      { 'x-forwarded-for': '203.0.113.7' },
      { forwarded: 'for=203.0.113.7', 'x-real-ip': '203.0.113.7', 'true-client-ip': '203.0.113.7' },
    ] as Record<string, string>[]) {
      expect(await addressOf(direct, person, headers)).toBe('127.0.0.1');
    }
  });

  it('is behind trusted proxies the last one that is none of them', async () => {
    const person = await newPerson(proxied);
    const cases: [string, string][] = [
      ['203.0.113.7', '203.0.113.7'],
      ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
      ['203.0.113.7, 10.1.2.3', '203.0.113.7'],
      ['198.51.100.1, 203.0.113.7, 10.1.2.3, 10.9.9.9', '203.0.113.7'],
      ['2001:db8::7', '2001:db8::7'],
    ];
    for (const [forwarded, address] of cases) {
      expect(await addressOf(proxied, person, { 'x-forwarded-for': forwarded })).toBe(address);
    }
    expect(await addressOf(proxied, person, {})).toBe('127.0.0.1');
  });

  it('is never what is no address', async () => {
    const person = await newPerson(proxied);
    for (const forwarded of [
      'unknown',
      `<script>`,
      '203.0.113.7, garbage',
      "'; DROP TABLE sessions; --",
      '999.1.1.1',
      ',',
    ]) {
      expect(await addressOf(proxied, person, { 'x-forwarded-for': forwarded })).toBe('127.0.0.1');
    }
  });
});

describe('links in messages (C-55)', () => {
  it('lead to PUBLIC_URL, whatever host was asked for', async () => {
    for (const server of [direct, proxied]) {
      const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '444' };
      const body = { email: 'linked@example.com', password: 'a long enough password' };
      await call(server, 'POST', '/api/v1/accounts', { body, headers: { ...headers, forwarded: 'host=evil.example' } });
      const mail = await messageTo(server, body.email);
      expect(mail.text).toContain(`${server.url}/confirm?`);
      expect(mail.text + mail.html).not.toContain('evil.example');
    }
  });
});

describe('a production server', () => {
  let server: TestApp;
  /** Behind the proxy that ends TLS in production. */
  let inside: { url: string };
  beforeAll(async () => {
    server = await startApp(PRODUCTION);
    inside = { url: `http://127.0.0.1:${server.config.port}` };
  });
  afterAll(() => server.close());

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

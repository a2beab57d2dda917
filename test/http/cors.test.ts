import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, signIn } from '../support/client.js';

const ALLOWED = 'https://app.example';
const ME = '/api/v1/accounts/me';
const CORS_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-allow-credentials',
  'access-control-expose-headers',
];

let server: TestApp;
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  const application = { uid: 'browser-app', name: 'Browser', allowedOrigins: [ALLOWED, 'http://localhost:5173'] };
  await server.app.get(ApplicationsService, { strict: false }).create(application, null);
  // What the registration refuses; if it got there in another way, it must still open nothing.
  await server.sql(`UPDATE applications SET allowed_origins = allowed_origins || ARRAY['null', '*'] WHERE uid = $1`, [
    application.uid,
  ]);
  token = await signIn(server, await newPerson(server));
});
afterAll(() => server.close());

const preflight = (origin: string, path = ME) =>
  call(server, 'OPTIONS', path, {
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
const corsHeaders = (headers: Headers) => CORS_HEADERS.filter((name) => headers.has(name));

describe("an application's origin (C-50)", () => {
  it('may read answers, refusals too, but never with cookies', async () => {
    for (const origin of [ALLOWED, 'http://localhost:5173']) {
      for (const options of [{ token }, {}]) {
        const { headers } = await call(server, 'GET', ME, { ...options, headers: { origin } });
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
        expect(headers.has('access-control-allow-credentials')).toBe(false);
        expect(headers.get('vary')).toMatch(/\bOrigin\b/);
      }
    }
  });

  it('may ask before it calls, and remember the answer for ten minutes', async () => {
    const { status, headers, body } = await preflight(ALLOWED);
    expect([status, body]).toEqual([204, undefined]);
    expect(headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE');
    expect(headers.get('access-control-allow-headers')).toMatch(/Authorization, Content-Type/);
    expect(headers.get('access-control-max-age')).toBe('600');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it('still needs a token', async () => {
    expect((await call(server, 'GET', ME, { headers: { origin: ALLOWED } })).status).toBe(401);
  });
});

describe('any other origin', () => {
  it.each([
    ...[
      'https://evil.example',
      'null',
      'http://app.example',
      'https://app.example:8443',
      'https://app.example.evil.example',
    ],
    ...['https://sub.app.example', 'https://evil-app.example', 'https://app.example/', 'HTTPS://APP.EXAMPLE'],
    ...['https://app.example, https://evil.example', 'app.example', 'file://', 'https://localhost:5173'],
  ])('%s gets no permission, and the answer depends on who asks', async (origin) => {
    for (const answer of [await call(server, 'GET', ME, { token, headers: { origin } }), await preflight(origin)]) {
      expect(corsHeaders(answer.headers)).toEqual([]);
      expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
    }
  });

  it('and none at all gets none either', async () => {
    const answer = await call(server, 'GET', ME, { token });
    expect(corsHeaders(answer.headers)).toEqual([]);
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
  });
});

it('an origin that an application lost is refused soon after', async () => {
  await server.sql(`UPDATE applications SET allowed_origins = '{}' WHERE uid = 'browser-app'`);
  // What was read before may be remembered for ten seconds; a server that starts now reads it now.
  const fresh = await startApp({ DATABASE_URL: server.config.databaseUrl, SECRET_KEY: secretOf(server) });
  try {
    const answer = await call(fresh, 'GET', ME, { headers: { origin: ALLOWED } });
    expect(corsHeaders(answer.headers)).toEqual([]);
  } finally {
    await fresh.close();
  }
});

it('pages and health are not for scripts of other origins at all', async () => {
  for (const path of ['/dev/outbox.json', '/health/live', '/']) {
    const answer = await call(server, 'GET', path, { headers: { origin: ALLOWED } });
    expect(corsHeaders(answer.headers)).toEqual([]);
  }
});

function secretOf({ config }: TestApp): string {
  return config.secretKeys.map(({ version, bytes }) => `${version}:${bytes.toString('base64')}`).join();
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, signIn } from '../support/client.js';
import { raw } from '../support/raw.js';

const NOT_FOUND = [404, 'Not Found'];
const NOT_ALLOWED = [405, 'Method Not Allowed'];
const ME = '/api/v1/accounts/me';

let server: TestApp;
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  token = await signIn(server, await newPerson(server));
});
afterAll(() => server.close());

describe('a path that leads nowhere', () => {
  it.each([
    ...['/nothing', '/api', '/api/v1', '/api/v1/nothing', '/api/v2/accounts', '/api/v1/accounts/me/more', '/.env'],
    ...['/api/v1/accounts%2fme', '/api/v1/accounts/%00', '/%00', '/a%0d%0aX-Injected:%20yes', '/%zz', '/%', '/%c0%ae'],
    ...['/api/v1/sessions/%zz/more', '/assets/nothing.css', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/x.js'],
    ...['/..%5c..%5cetc%5cpasswd', '/__proto__', '/constructor', `/${'a'.repeat(8_000)}`, `/${'%41'.repeat(3_000)}`],
  ])('is a 404: %s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await call(server, method, path);
      expect(outcome(answer)).toEqual(NOT_FOUND);
      expect(answer.body).toEqual({
        error: 'Not Found',
        code: 'request.not_found',
        request_id: answer.headers.get('x-request-id'),
      });
      expect(answer.headers.get('x-injected')).toBeNull();
    }
  });

  it('or that nobody can decode is one too, also below a parameter', async () => {
    for (const path of ['/api/v1/sessions/%zz', '/api/v1/sessions/%c0%ae', '/api/v1/sessions/%']) {
      for (const method of ['GET', 'DELETE', 'OPTIONS', 'HEAD']) {
        expect((await call(server, method, path, { token })).status).toBe(404);
      }
    }
  });

  it('or is far too long is refused (C-54)', async () => {
    const answer = await raw(server, `GET /${'a'.repeat(70_000)} HTTP/1.1\nHost: x\nConnection: close`);
    expect([414, 431]).toContain(answer.status);
    const headers = await raw(server, `GET ${ME} HTTP/1.1\nHost: x\nX-Long: ${'a'.repeat(70_000)}\nConnection: close`);
    expect(headers.status).toBe(431);
  });

  it.each([
    ['no host', 'GET / HTTP/1.1\nConnection: close'],
    ['a space in the path', 'GET /a b HTTP/1.1\nHost: x\nConnection: close'],
    ['an unknown version', 'GET / HTTP/9.9\nHost: x'],
    ['two lengths', 'POST /api/v1/accounts HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n'],
    ['length and chunks', 'POST /api/v1/accounts HTTP/1.1\nHost: x\nContent-Length: 3\nTransfer-Encoding: chunked\n'],
    ['noise', '\u0000\u0001\u0002'],
  ])('or is no HTTP at all, with %s, gets a 400 and no more', async (_, head) => {
    expect((await raw(server, head)).status).toBe(400);
  });
});

describe('a method that a path does not have', () => {
  it.each([
    ['GET', '/api/v1/accounts', 'POST, OPTIONS'],
    ['DELETE', '/api/v1/accounts', 'POST, OPTIONS'],
    ['POST', ME, 'GET, HEAD, OPTIONS'],
    ['PATCH', ME, 'GET, HEAD, OPTIONS'],
    ['POST', '/api/v1/accounts/password', 'PUT, OPTIONS'],
    ['PUT', '/api/v1/sessions', 'POST, GET, HEAD, OPTIONS'],
    ['GET', '/api/v1/sessions/current', 'DELETE, OPTIONS'],
    ['PATCH', '/api/v1/security/reset_password', 'POST, PUT, OPTIONS'],
    ['GET', '/api/v1/security/renew', 'POST, OPTIONS'],
    ['POST', '/health/live', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/oauth/jwks', 'GET, HEAD, OPTIONS'],
  ])('is a 405 that names those it has: %s %s', async (method, path, allow) => {
    for (const options of [{}, { token }, method === 'GET' ? {} : { body: { any: 'body' } }]) {
      const answer = await call(server, method, path, options);
      expect(outcome(answer)).toEqual(NOT_ALLOWED);
      expect(answer.headers.get('allow')).toBe(allow);
      expect(answer.body).toMatchObject({ code: 'request.method_not_allowed' });
    }
  });

  it('is not made up by a header or parameter', async () => {
    const headers = { 'x-http-method-override': 'PUT', 'x-http-method': 'PUT', 'x-method-override': 'PUT' };
    const path = '/api/v1/accounts/password';
    expect(outcome(await call(server, 'POST', `${path}?_method=PUT`, { token, headers, body: {} }))).toEqual(
      NOT_ALLOWED,
    );
  });

  it.each(['TRACE', 'CONNECT-ME', 'PROPFIND'])('such as %s does nothing', async (method) => {
    const answer = await raw(
      server,
      `${method} ${ME} HTTP/1.1\nHost: x\nAuthorization: Bearer ${token}\nConnection: close`,
    );
    expect([400, 404, 405]).toContain(answer.status);
    expect(JSON.stringify(answer)).not.toContain(token);
  });
});

describe('OPTIONS', () => {
  it('names the methods of a path, without a token and without an effect', async () => {
    const answer = await call(server, 'OPTIONS', '/api/v1/sessions/current');
    expect(outcome(answer)).toEqual([204, undefined]);
    expect(answer.headers.get('allow')).toBe('DELETE, OPTIONS');
    expect((await call(server, 'OPTIONS', '/health/ready')).headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(outcome(await call(server, 'OPTIONS', '/nothing'))).toEqual(NOT_FOUND);
  });
});

describe('HEAD', () => {
  it('answers like GET, without the body', async () => {
    for (const [path, options] of [
      [ME, { token }],
      [ME, {}],
      ['/health/live', {}],
      ['/oauth/jwks', {}],
      ['/api/v1/nothing', {}],
    ] as const) {
      const [get, head] = [await call(server, 'GET', path, options), await call(server, 'HEAD', path, options)];
      expect([head.status, head.body]).toEqual([get.status, undefined]);
      for (const name of ['content-type', 'content-length', 'cache-control', 'www-authenticate']) {
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
    }
  });
});

describe('a path spelt otherwise', () => {
  it('is closed as well', async () => {
    for (const path of [
      `${ME}/`,
      '/API/V1/ACCOUNTS/ME',
      '/api/v1/accounts/%6d%65',
      `/${ME}`,
      `/.${ME}`,
      '/api//v1/accounts/me',
    ]) {
      const answer = await raw(server, `GET ${path} HTTP/1.1\nHost: x\nConnection: close`);
      expect([401, 404]).toContain(answer.status);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, signIn } from '../support/client.js';
import { raw } from '../support/raw.js';

let server: TestApp;
let token: string;
let host: string;
beforeAll(async () => {
  server = await startApp({ TRUST_PROXY: '127.0.0.1' });
  token = await signIn(server, await newPerson(server));
  host = new URL(server.url).host;
});
afterAll(() => server.close());

describe('a browser in which nobody is signed in', () => {
  /** What Traefik says of the request that it asks about. */
  const asked = (more: Record<string, string> = {}) => ({
    accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
    'x-forwarded-method': 'GET',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': host,
    'x-forwarded-uri': '/site/a?b=1&c=%2F',
    ...more,
  });
  const verify = async (headers: Record<string, string>, query = '?redirect=true') => {
    const answer = await call(server, 'GET', `/auth/verify${query}`, { headers });
    return [answer.status, answer.headers.get('location')];
  };

  it('is led to our sign-in page and back when the site has our own name', async () => {
    const back = encodeURIComponent('/site/a?b=1&c=%2F');
    expect(await verify(asked())).toEqual([303, `${server.url}/sign-in?return_to=${back}`]);
    expect(await verify(asked({ 'x-forwarded-method': 'HEAD' }))).toEqual([303, expect.any(String)]);
    for (const path of ['', `/${'x'.repeat(3000)}`, 'https://evil.example'])
      expect(await verify(asked({ 'x-forwarded-uri': path }))).toEqual([303, `${server.url}/sign-in`]);
  });

  it.each<[string, Record<string, string>]>([
    ['another site was asked for', { 'x-forwarded-host': 'site.example' }],
    ['nobody says which site was asked for', { 'x-forwarded-host': '' }],
    ['a form was sent', { 'x-forwarded-method': 'POST' }],
    ['a script asks', { accept: 'application/json' }],
    ['anything will do', { accept: '*/*' }],
    ['it brings a bad token', { authorization: 'Bearer x' }],
  ])('is refused when %s', async (_, more) => {
    expect(await verify(asked(more))).toEqual([401, null]);
  });

  it('is refused when the proxy does not want it led away', async () => {
    for (const query of ['', '?redirect=false']) expect(await verify(asked(), query)).toEqual([401, null]);
  });

  it('never leaves our server by the way back', async () => {
    for (const path of ['//evil.example', '/\\evil.example', '/%09/evil.example']) {
      const [, location] = await verify(asked({ 'x-forwarded-uri': path }));
      const page = await fetch(location as string);
      expect([page.status, await page.text()]).toEqual([200, expect.not.stringMatching(/value="\/[\\/]/)]);
    }
  });
});

describe('a proxy like Envoy, that asks with the method and the path of the original request', () => {
  it('is answered whatever those are', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      for (const path of [
        '/auth/verify',
        '/auth/verify/',
        '/auth/verify/api/v1/accounts/me',
        '/auth/verify/a%zz?x=1',
      ]) {
        const answer = await call(server, method, path, { token });
        expect([method, path, answer.status]).toEqual([method, path, 200]);
        expect(answer.headers.get('x-auth-role')).toBe('member');
        expect(outcome(await call(server, method, path))).toEqual([401, 'The access token is invalid']);
      }
    }
  });

  it('has no demands in the query, which the client has written', async () => {
    expect((await call(server, 'GET', '/auth/verify/x?level=3', { token })).status).toBe(200);
    expect((await call(server, 'GET', '/auth/verify/x?redirect=true', {})).status).toBe(401);
  });

  it('reaches nothing else by a path that climbs', async () => {
    for (const path of ['/auth/verify/../../health/live', '/auth/verify/%2e%2e/%2e%2e/health/live']) {
      const answer = await raw(server, `GET ${path} HTTP/1.1\nHost: ${host}\nConnection: close`);
      expect(outcome(answer)).toEqual([401, 'The access token is invalid']);
    }
    for (const path of ['/auth/verifyx', '/auth', '/auth/', '/auth/other'])
      expect((await call(server, 'GET', path, { token })).status).toBe(404);
  });
});

describe('a server that knows its name', () => {
  it('is asked in the name of any site, about this alone (C-55)', async () => {
    const https = await startApp({ PUBLIC_URL: 'https://accounts.example', TRUST_PROXY: '127.0.0.1' });
    const inside = { url: `http://127.0.0.1:${https.config.port}` };
    const headers = { 'x-forwarded-host': 'site.example' };
    const statuses = [];
    for (const path of ['/auth/verify', '/auth/verify/some/path', '/api/v1/accounts/me', '/sign-in', '/auth/x'])
      statuses.push((await call(inside, 'GET', path, { headers })).status);
    await https.close();
    expect(statuses).toEqual([401, 401, 421, 421, 421]);
  });
});

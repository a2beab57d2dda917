import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, signIn } from '../support/client.js';

const INVALID = [401, 'The access token is invalid'];
const BARE_CHALLENGE = 'Bearer realm="barong"';
const ME = '/api/v1/accounts/me';
const PASSWORD = '/api/v1/accounts/password';

let server: TestApp;
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  token = await signIn(server, await newPerson(server));
});
afterAll(() => server.close());

describe('a token', () => {
  it('comes in the Authorization header, whose scheme has no case (RFC 9110, section 11.1)', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
      const answer = await call(server, 'GET', ME, { headers: { authorization: `${scheme} ${token}` } });
      expect(answer.status).toBe(200);
    }
  });

  it('is not taken from anywhere else (RFC 9700, section 2.6)', async () => {
    const json = { 'content-type': 'application/json' };
    const places = [
      call(server, 'GET', ME),
      call(server, 'GET', `${ME}?access_token=${token}&token=${token}&authorization=Bearer%20${token}`),
      call(server, 'GET', ME, {
        headers: { cookie: `access_token=${token}; token=${token}; Authorization=Bearer ${token}` },
      }),
      call(server, 'PUT', PASSWORD, { body: { access_token: token, token } }),
      call(server, 'PUT', PASSWORD, { body: new URLSearchParams({ access_token: token }) }),
      call(server, 'GET', ME, {
        headers: { 'x-auth-token': token, 'x-access-token': token, 'proxy-authorization': `Bearer ${token}` },
      }),
      call(server, 'PUT', PASSWORD, {
        headers: json,
        body: JSON.stringify({ headers: { authorization: `Bearer ${token}` } }),
      }),
    ];
    for (const answer of await Promise.all(places)) {
      expect(outcome(answer)).toEqual(INVALID);
      expect(answer.headers.get('www-authenticate')).toBe(BARE_CHALLENGE);
    }
  });

  it('of another scheme, or more than one, is none', async () => {
    const headers = [
      'Bearer',
      'Bearer ',
      token,
      `Basic ${token}`,
      `Token ${token}`,
      `Bearer  ${token}`,
      `Bearer ${token} x`,
    ];
    for (const authorization of [
      ...headers,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer,${token}`,
      `Bearer\t${token}`,
      '',
    ]) {
      const answer = await call(server, 'GET', ME, { headers: { authorization } });
      expect([authorization, ...outcome(answer)]).toEqual([authorization, ...INVALID]);
    }
  });
});

describe('who may not call', () => {
  it('hears so before anything about the body (CONTRACT 1)', async () => {
    const bodies: { headers: Record<string, string>; body: string }[] = [
      { headers: { 'content-type': 'application/json' }, body: '{"broken' },
      { headers: { 'content-type': 'application/json' }, body: '[]' },
      { headers: { 'content-type': 'application/json' }, body: '{}' },
      { headers: { 'content-type': 'application/json' }, body: `"${'x'.repeat(70_000)}"` },
      { headers: { 'content-type': 'text/xml' }, body: '<password/>' },
      { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: 'x' },
      { headers: { 'content-type': 'multipart/form-data' }, body: 'no boundary' },
    ];
    for (const { headers, body } of bodies) {
      expect(outcome(await call(server, 'PUT', PASSWORD, { headers, body }))).toEqual(INVALID);
      expect(outcome(await call(server, 'PUT', PASSWORD, { headers, body, token: 'forged' }))).toEqual(INVALID);
      expect((await call(server, 'PUT', PASSWORD, { headers, body, token })).status).not.toBe(401);
    }
  });

  it('hears 401 also for what does not exist', async () => {
    expect(outcome(await call(server, 'DELETE', '/api/v1/sessions/nonsense'))).toEqual(INVALID);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { oauthToken, resigned } from '../support/tokens.js';

const INSUFFICIENT = [403, 'insufficient_scope'];
const INVALID = [401, 'The access token is invalid'];
const BARE_CHALLENGE = 'Bearer realm="barong"';
const ME = '/api/v1/accounts/me';
const PASSWORD = '/api/v1/accounts/password';

let server: TestApp;
let person: Person;
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  token = await signIn(server, person);
});
afterAll(() => server.close());

const me = (bearer: string) => call<Record<string, unknown>>(server, 'GET', ME, { token: bearer });

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

describe('GET accounts/me', () => {
  it("shows a person's own session all of it", async () => {
    const answer = await me(token);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      uid: claimsOf(token).sub,
      email: person.email,
      role: 'member',
      level: 1,
      state: 'active',
      otp_enabled: false,
    });
  });

  it('shows an application the e-mail only with its scope', async () => {
    const without = await me(oauthToken(server, token, 'account:read', 'profile', 'openid'));
    expect(without.status).toBe(200);
    expect(Object.keys(without.body).sort()).toEqual(['level', 'otp_enabled', 'role', 'state', 'uid']);
    const withEmail = await me(oauthToken(server, token, 'account:read', 'email'));
    expect(withEmail.body).toEqual({ ...without.body, email: person.email });
  });

  it.each([
    '',
    'openid',
    'email',
    'account',
    'account:',
    'account:reader',
    'ACCOUNT:READ',
    'account:read,email',
    '*',
    'account:*',
  ])('is closed to an application with the scope "%s"', async (scope) => {
    const answer = await me(oauthToken(server, token, scope));
    expect(outcome(answer)).toEqual(INSUFFICIENT);
    expect(answer.body).toMatchObject({ code: 'token.insufficient_scope' });
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="barong", error="insufficient_scope", scope="account:read"',
    );
  });

  it('is closed to a token without a scope', async () => {
    expect(outcome(await me(resigned(server, token, { token_use: undefined, scope: undefined })))).toEqual(
      INSUFFICIENT,
    );
  });
});

describe('what belongs to a person alone', () => {
  it('is opened by the word session and no other that looks like it', async () => {
    for (const token_use of ['Session', 'session ', 'sessions', 'access', '', true, ['session'], null]) {
      const alike = resigned(server, token, { token_use, scope: 'account:read email' });
      expect(outcome(await call(server, 'GET', '/api/v1/sessions', { token: alike }))).toEqual(INSUFFICIENT);
    }
  });

  it('is refused to applications before their parameters are looked at', async () => {
    const limited = oauthToken(server, token, 'account:read');
    const change = (body: unknown) => call(server, 'PUT', PASSWORD, { token: limited, body });
    for (const body of [{}, { old_password: '', new_password: [] }, new URLSearchParams('x'), '{"broken']) {
      expect(outcome(await change(body))).toEqual(INSUFFICIENT);
    }
    const right = { old_password: person.password, new_password: 'quite another password' };
    expect(outcome(await change(right))).toEqual(INSUFFICIENT);
    expect((await me(token)).status).toBe(200);
    await signIn(server, person);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { oauthToken, resigned } from '../support/tokens.js';

const INSUFFICIENT = [403, 'insufficient_scope'];

let server: TestApp;
let person: Person;
let session: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  session = await signIn(server, person);
});
afterAll(() => server.close());

const me = (token: string) => call<Record<string, unknown>>(server, 'GET', '/api/v1/accounts/me', { token });

describe('GET accounts/me', () => {
  it("shows a person's own session all of it", async () => {
    const answer = await me(session);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      uid: claimsOf(session).sub,
      email: person.email,
      role: 'member',
      level: 1,
      state: 'active',
      otp_enabled: false,
    });
  });

  it('shows an application the e-mail only with its scope', async () => {
    const without = await me(oauthToken(server, session, 'account:read', 'profile', 'openid'));
    expect(without.status).toBe(200);
    expect(Object.keys(without.body).sort()).toEqual(['level', 'otp_enabled', 'role', 'state', 'uid']);
    const withEmail = await me(oauthToken(server, session, 'account:read', 'email'));
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
    const answer = await me(oauthToken(server, session, scope));
    expect(outcome(answer)).toEqual(INSUFFICIENT);
    expect(answer.body).toMatchObject({ code: 'token.insufficient_scope' });
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="barong", error="insufficient_scope", scope="account:read"',
    );
  });

  it('is closed to a token without a scope', async () => {
    expect(outcome(await me(resigned(server, session, { token_use: undefined, scope: undefined })))).toEqual(
      INSUFFICIENT,
    );
  });
});

describe('what belongs to a person alone', () => {
  it('is opened by the word session and no other that looks like it', async () => {
    for (const token_use of ['Session', 'session ', 'sessions', 'access', '', true, ['session'], null]) {
      const token = resigned(server, session, { token_use, scope: 'account:read email' });
      expect(outcome(await call(server, 'GET', '/api/v1/sessions', { token }))).toEqual(INSUFFICIENT);
    }
  });

  it('is refused to applications before their parameters are looked at', async () => {
    const token = oauthToken(server, session, 'account:read');
    for (const body of [{}, { old_password: '', new_password: [] }, new URLSearchParams('x'), '{"broken']) {
      expect(outcome(await call(server, 'PUT', '/api/v1/accounts/password', { token, body }))).toEqual(INSUFFICIENT);
    }
    const right = { old_password: person.password, new_password: 'quite another password' };
    expect(outcome(await call(server, 'PUT', '/api/v1/accounts/password', { token, body: right }))).toEqual(
      INSUFFICIENT,
    );
    expect((await me(session)).status).toBe(200);
    await signIn(server, person);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, type CallOptions, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { newClient } from '../oauth/flow.js';
import { post, signedIn } from '../support/pages.js';
import { oauthToken, resigned } from '../support/tokens.js';

const COOKIES = ['barong_session', 'barong_session.sig'];
const INVALID = [401, 'The access token is invalid'];

let server: TestApp;
let person: Person;
let token: string;
beforeAll(async () => {
  server = await startApp();
  person = await newPerson(server);
  token = await signIn(server, person);
});
afterAll(() => server.close());

const verify = (options: CallOptions = {}, query = '', method = 'GET') =>
  call(server, method, `/auth/verify${query}`, options);
const identity = ({ headers }: { headers: Headers }) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-auth-')));

async function cookieOf(someone: Person): Promise<string> {
  const agent = await signedIn(server, someone);
  return COOKIES.map((name) => `${name}=${agent.cookie(name)}`).join('; ');
}

describe('whoever passes', () => {
  const expected = () => ({
    'x-auth-uid': claimsOf(token).uid,
    'x-auth-email': person.email,
    'x-auth-role': 'member',
    'x-auth-level': '1',
    'x-auth-state': 'active',
    'x-auth-scope': '',
    'x-auth-client': 'local-demo',
    'x-auth-amr': 'pwd',
  });

  it('with a token of theirs is named by all headers; the body is empty and nobody stores the answer', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await verify({ token }, '', method);
      expect([answer.status, answer.body]).toEqual([200, undefined]);
      expect(identity(answer)).toEqual(expected());
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('with the cookie of our pages is named in the same way', async () => {
    const answer = await verify({ headers: { cookie: await cookieOf(person) } });
    expect([answer.status, identity(answer)]).toEqual([200, { ...expected(), 'x-auth-client': 'pages' }]);
  });

  it('through an application is named as far as its scopes allow', async () => {
    const without = identity(await verify({ token: oauthToken(server, token, 'openid', 'account:read') }));
    expect(without).toEqual({ ...expected(), 'x-auth-email': '', 'x-auth-scope': 'openid account:read' });
    const withEmail = identity(await verify({ token: oauthToken(server, token, 'openid', 'email') }));
    expect(withEmail).toEqual({ ...expected(), 'x-auth-scope': 'openid email' });
  });

  it('is shown as they are now, whatever the token says', async () => {
    const someone = await newPerson(server);
    const theirs = await signIn(server, someone);
    await server.sql('UPDATE accounts SET level = 3 WHERE email = $1', [someone.email]);
    const boast = resigned(server, theirs, { role: 'admin', level: 0, email: 'x@example.com' });
    expect(identity(await verify({ token: boast }))).toMatchObject({
      'x-auth-level': '3',
      'x-auth-role': 'member',
      'x-auth-email': someone.email,
    });
  });

  it('has no address in the headers that cannot stand there as it is', async () => {
    const someone = await newPerson(server);
    const theirs = await signIn(server, someone);
    await server.sql(`UPDATE accounts SET email = 'jörg@example.com' WHERE email = $1`, [someone.email]);
    const answer = await verify({ token: theirs });
    expect([answer.status, answer.headers.get('x-auth-email')]).toEqual([200, '']);
  });
});

describe('whoever brings', () => {
  it('nothing is refused with a challenge, and no header names anybody', async () => {
    for (const accept of ['*/*', 'application/json', 'text/html']) {
      const answer = await verify({ headers: { accept, 'x-auth-uid': 'ID0000000000' } });
      expect(outcome(answer)).toEqual(INVALID);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="barong"');
      expect(identity(answer)).toEqual({});
    }
  });

  it('a token in any other place brings none', async () => {
    const headers = { cookie: `access_token=${token}`, 'x-access-token': token };
    expect(outcome(await verify({ headers }))).toEqual(INVALID);
    expect((await verify({}, `?access_token=${token}`)).status).toBe(400);
  });

  it.each<[string, () => string]>([
    ['a token with another signature', () => `${token.slice(0, -4)}AAAA`],
    ['an ID token', () => resigned(server, token, { aud: 'local-demo' }, { typ: 'JWT' })],
    ['a token for somebody else', () => resigned(server, token, { aud: ['other'] })],
    ['a token that is bound to a key', () => resigned(server, token, { token_use: undefined, cnf: { jkt: 'x' } })],
    ['no token at all', () => ''],
  ])('%s is refused, and no cookie makes up for it', async (_, bad) => {
    const cookie = await cookieOf(person);
    const answer = await verify({ headers: { authorization: `Bearer ${bad()}`, cookie } });
    expect(outcome(answer)).toEqual(INVALID);
  });

  it('an expired token is refused as at the API, and no cookie makes up for it', async () => {
    const headers = { authorization: `Bearer ${resigned(server, token, { exp: 1 })}`, cookie: await cookieOf(person) };
    expect(outcome(await verify({ headers }))).toEqual([401, 'The access token expired']);
  });

  it('a token as if it were bound to a key is refused', async () => {
    expect(outcome(await verify({ headers: { authorization: `DPoP ${token}` } }))).toEqual(INVALID);
  });

  it('the token of an application alone is refused: there is nobody to name', async () => {
    const client = await newClient(server, { grantTypes: ['client_credentials'] });
    const body = new URLSearchParams({ ...client.credentials, grant_type: 'client_credentials' });
    const answer = await call<{ access_token: string }>(server, 'POST', '/oauth/token', { body });
    expect(answer.status).toBe(200);
    expect(outcome(await verify({ token: answer.body.access_token }))).toEqual(INVALID);
  });

  it('a token and a cookie counts by the token', async () => {
    const other = await newPerson(server);
    const answer = await verify({ token, headers: { cookie: await cookieOf(other) } });
    expect(answer.headers.get('x-auth-email')).toBe(person.email);
  });

  it('the password of the site itself and our cookie counts by the cookie', async () => {
    const headers = { authorization: 'Basic c2l0ZTpzZWNyZXQ=', cookie: await cookieOf(person) };
    expect((await verify({ headers })).headers.get('x-auth-email')).toBe(person.email);
  });

  it('a cookie that we did not sign is refused', async () => {
    const cookie = (await cookieOf(person)).replace(/sig=..../, 'sig=AAAA');
    expect(outcome(await verify({ headers: { cookie } }))).toEqual(INVALID);
  });
});

describe('at once, nobody passes any more', () => {
  /** Somebody with each kind of key, all of which were used already. */
  async function keysOf(someone: Person): Promise<CallOptions[]> {
    const theirs = await signIn(server, someone);
    const keys = [
      { token: theirs },
      { token: oauthToken(server, theirs, 'openid') },
      { headers: { cookie: await cookieOf(someone) } },
    ];
    for (const key of keys) expect((await verify(key)).status).toBe(200);
    return keys;
  }

  it('who signed out', async () => {
    const someone = await newPerson(server);
    const [bearer] = await keysOf(someone);
    await call(server, 'DELETE', '/api/v1/sessions/current', bearer);
    expect(outcome(await verify(bearer))).toEqual(INVALID);

    const agent = await signedIn(server, someone);
    const cookie = COOKIES.map((name) => `${name}=${agent.cookie(name)}`).join('; ');
    expect((await verify({ headers: { cookie } })).status).toBe(200);
    await post(server, agent, '/sign-out', {}, await agent.open('/account'));
    expect(outcome(await verify({ headers: { cookie } }))).toEqual(INVALID);
  });

  it.each(['locked', 'banned'])('whose account is %s', async (state) => {
    const someone = await newPerson(server);
    const keys = await keysOf(someone);
    await server.sql('UPDATE accounts SET state = $2 WHERE email = $1', [someone.email, state]);
    for (const key of keys) expect(outcome(await verify(key))).toEqual(INVALID);
  });

  it('whose password was changed', async () => {
    const someone = await newPerson(server);
    const keys = await keysOf(someone);
    const body = { old_password: someone.password, new_password: 'quite another password' };
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { ...keys[0], body })).status).toBe(200);
    for (const key of keys) expect(outcome(await verify(key))).toEqual(INVALID);
  });
});

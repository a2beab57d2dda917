import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { ApplicationsService, DEFAULT_SCOPES } from '../../src/applications/applications.service.js';
import { KeysService } from '../../src/keys/keys.service.js';
import { SigningKeysService } from '../../src/keys/signing-keys.service.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { headerOf } from '../support/tokens.js';

const OUT_OF_RANGE = [422, 'expires_in must be from 1 to 86400 seconds'];
const UNREADABLE = [400, 'expires_in is invalid'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off', JWT_LIFETIME: '1800' });
  person = await newPerson(server);
});
afterAll(() => server.close());

const jwks = () => call<{ keys: Record<string, unknown>[] }>(server, 'GET', '/oauth/jwks');
const me = (token: string) => call<object>(server, 'GET', '/api/v1/accounts/me', { token });
const lifetimeOf = (token: string) => Number(claimsOf(token).exp) - Number(claimsOf(token).iat);

/** What somebody who knows only the address of the server can check. */
const verify = (token: string, audience: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL('/oauth/jwks', server.url)), {
    issuer: server.url,
    audience,
    typ: 'at+jwt',
    requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
  });

describe('the token of a session', () => {
  it('says what RFC 9068 and the contract ask for, and nothing else', async () => {
    const token = await signIn(server, person);
    const { keys } = (await jwks()).body;
    expect(headerOf(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(keys.map(({ kid }) => kid)).toContain(headerOf(token).kid);

    const [account] = await server.sql('SELECT uid FROM accounts WHERE email = $1', [person.email]);
    const claims = claimsOf(token);
    const now = Date.now() / 1000;
    expect(claims).toEqual({
      iss: server.url,
      sub: account?.uid,
      aud: [LOCAL_DEMO, `${server.url}/api/v1`],
      client_id: LOCAL_DEMO,
      scope: DEFAULT_SCOPES.join(' '),
      jti: expect.stringMatching(UUID),
      iat: expect.any(Number),
      exp: expect.any(Number),
      sid: expect.stringMatching(UUID),
      auth_time: claims.iat,
      amr: ['pwd'],
      token_use: 'session',
      uid: account?.uid,
      email: person.email,
      role: 'member',
      level: 1,
      state: 'active',
    });
    expect(lifetimeOf(token)).toBe(1800);
    expect(Math.abs(now - Number(claims.iat))).toBeLessThan(30);
    expect(Number.isInteger(claims.iat)).toBe(true);
  });

  it('verifies off line for its application and for the API, for no other', async () => {
    const token = await signIn(server, person);
    for (const audience of [LOCAL_DEMO, `${server.url}/api/v1`]) {
      expect((await verify(token, audience)).payload.email).toBe(person.email);
    }
    await expect(verify(token, 'another-application')).rejects.toThrow('unexpected "aud" claim value');
    await expect(verify(`${token.slice(0, -8)}AAAAAAAA`, LOCAL_DEMO)).rejects.toThrow('signature verification failed');
  });

  it('is never the same twice', async () => {
    const [one, two] = [claimsOf(await signIn(server, person)), claimsOf(await signIn(server, person))];
    expect(one.jti).not.toBe(two.jti);
    expect(one.sid).not.toBe(two.sid);
  });

  it('is ES256 for an application that asks for it, with the scopes of that application (C-44)', async () => {
    const applications = server.app.get(ApplicationsService, { strict: false });
    const input = { uid: 'es256-app', name: 'ES256', firstParty: true, scopes: ['openid', 'account:read'] };
    await applications.create(input, null);
    await server.sql(`UPDATE applications SET signing_alg = 'ES256' WHERE uid = 'es256-app'`);
    const token = await signIn(server, person, { application_id: 'es256-app' });
    expect(headerOf(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(claimsOf(token)).toMatchObject({ client_id: 'es256-app', scope: 'openid account:read' });
    expect((await verify(token, 'es256-app')).protectedHeader.alg).toBe('ES256');
    expect(await me(token)).toMatchObject({ status: 200, body: { email: person.email } });
  });
});

describe('expires_in', () => {
  it.each<[unknown, number]>([
    [1, 1],
    [86_400, 86_400],
    ['3600', 3600],
    [' 60 ', 60],
    ['', 1800],
    [' ', 1800],
    [null, 1800],
  ])('%j is a life of %i seconds', async (expires_in, seconds) => {
    expect(lifetimeOf(await signIn(server, person, { expires_in }))).toBe(seconds);
  });

  it.each<[unknown, unknown[]]>([
    [0, OUT_OF_RANGE],
    [-1, OUT_OF_RANGE],
    ['-3600', OUT_OF_RANGE],
    [86_401, OUT_OF_RANGE],
    ['999999999', OUT_OF_RANGE],
    ['soon', UNREADABLE],
    ['1e3', UNREADABLE],
    ['0x10', UNREADABLE],
    ['60; DROP TABLE sessions', UNREADABLE],
    [1.5, UNREADABLE],
    [1e300, UNREADABLE],
    [true, UNREADABLE],
    [[3600], UNREADABLE],
    [{ seconds: 60 }, UNREADABLE],
  ])('%j is refused', async (expires_in, refusal) => {
    const body = { ...person, application_id: LOCAL_DEMO, expires_in };
    expect(outcome(await call(server, 'POST', '/api/v1/sessions', { body }))).toEqual(refusal);
  });

  it.each(ENCODINGS)('is read and refused alike when sent as %s', async (_, encode) => {
    const post = (expires_in: string) =>
      call<string>(server, 'POST', '/api/v1/sessions', {
        body: encode({ ...person, application_id: LOCAL_DEMO, expires_in }),
      });
    expect(lifetimeOf((await post('77')).body)).toBe(77);
    expect(outcome(await post('86401'))).toEqual(OUT_OF_RANGE);
    expect(outcome(await post('ten'))).toEqual(UNREADABLE);
  });
});

describe('the published keys', () => {
  it('are public halves only, two of each algorithm, and may be kept for five minutes (C-45)', async () => {
    const { headers, body } = await jwks();
    expect(headers.get('content-type')).toBe('application/jwk-set+json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(body.keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'ES256', 'RS256', 'RS256']);
    for (const key of body.keys) {
      const members = key.kty === 'RSA' ? ['e', 'n'] : ['crv', 'x', 'y'];
      expect(Object.keys(key).sort()).toEqual(['alg', 'kid', 'kty', 'use', ...members].sort());
    }
  });

  it('rotate without ending a token; a key that is gone ends its own (C-45)', async () => {
    const before = await signIn(server, person);
    expect((await me(before)).status).toBe(200);
    const published = (await jwks()).body.keys.map(({ kid }) => kid);
    await server.app.get(SigningKeysService, { strict: false }).rotate('RS256');
    await server.app.get(KeysService, { strict: false }).refresh();

    const after = await signIn(server, person);
    expect(headerOf(after).kid).not.toBe(headerOf(before).kid);
    expect(published).toContain(headerOf(after).kid);
    for (const token of [before, after]) {
      expect((await me(token)).status).toBe(200);
      await verify(token, LOCAL_DEMO);
    }

    await server.sql('DELETE FROM signing_keys WHERE kid = $1', [headerOf(before).kid]);
    await server.app.get(KeysService, { strict: false }).refresh();
    expect(outcome(await me(before))).toEqual([401, 'The access token is invalid']);
    expect((await me(after)).status).toBe(200);
  });
});

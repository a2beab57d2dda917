import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, generalVerify, type GeneralJWSInput } from 'jose';
import { EVENT_NAMES } from '../../src/events/account-event.js';
import { EventTokens } from '../../src/events/broker/event-tokens.service.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, signIn } from '../support/client.js';
import { headerOf, resigned } from '../support/tokens.js';

const EVENT = {
  id: '3f0c1d55-0c9a-4f0e-9b0c-3f1f6a8f2f10',
  name: EVENT_NAMES[0],
  at: '2026-01-02T03:04:05.678Z',
  record: { uid: 'ID0123456789', email: 'person@example.com' },
  changes: { level: 0 },
};
const CREDENTIALS = `Basic ${Buffer.from(`${LOCAL_DEMO}:local-demo-secret`).toString('base64')}`;

let server: TestApp;
let message: GeneralJWSInput;
beforeAll(async () => {
  server = await startApp();
  message = JSON.parse(await server.app.get(EventTokens, { strict: false }).sign(EVENT)) as GeneralJWSInput;
});
afterAll(() => server.close());

const keys = () => createRemoteJWKSet(new URL(`${server.url}/oauth/jwks`));
const compact = () => {
  const [signature] = message.signatures;
  return `${signature?.protected}.${String(message.payload)}.${signature?.signature}`;
};

describe('the message of an event', () => {
  it('has the form of the event API of Barong', async () => {
    const { payload, protectedHeader } = await generalVerify(message, keys());
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'account-event+jwt' });
    const claims = JSON.parse(new TextDecoder().decode(payload)) as { iat: number };
    const { id: jti, ...event } = EVENT;
    expect(claims).toEqual({ iss: 'barong', jti, iat: expect.any(Number), exp: claims.iat + 86_400, event });
    // The gem jwt-multisig reads the key's name here.
    expect(Object.keys(message).toSorted()).toEqual(['payload', 'signatures']);
    expect(message.signatures).toEqual([
      { protected: expect.any(String), header: { kid: expect.any(String) }, signature: expect.any(String) },
    ]);
  });

  it('that was changed does not verify', async () => {
    const forged = Buffer.from(JSON.stringify({ ...EVENT, iss: 'barong' })).toString('base64url');
    await expect(generalVerify({ ...message, payload: forged }, keys())).rejects.toThrow();
  });
});

describe('the message of an event, taken for a token', () => {
  const forms = (): string[] => [compact(), JSON.stringify(message)];

  it('is no access token of the API, of UserInfo or of forward auth (C-44)', async () => {
    for (const token of forms()) {
      const [status] = outcome(await call(server, 'GET', '/api/v1/accounts/me', { token }));
      expect(status).toBe(401);
      for (const path of ['/oauth/userinfo', '/auth/verify']) {
        expect((await call(server, 'GET', path, { token })).status).toBe(401);
      }
    }
  });

  it('is inactive at introspection', async () => {
    for (const token of forms()) {
      const answer = await call(server, 'POST', '/oauth/introspect', {
        headers: { authorization: CREDENTIALS },
        body: new URLSearchParams({ token }),
      });
      expect([answer.status, answer.body]).toEqual([200, { active: false }]);
    }
  });

  it('is no ID token that says who signs out', async () => {
    for (const hint of forms()) {
      const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: 'http://localhost:8000/' });
      const answer = await call(server, 'GET', `/oauth/logout?${query.toString()}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
  });

  it('is told apart by its type alone: all that a token says does not make it one', async () => {
    const token = await signIn(server, await newPerson(server));
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token })).status).toBe(200);
    const typ = headerOf(compact()).typ;
    const disguised = resigned(server, token, {}, { typ });
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: disguised })).status).toBe(401);
    expect(claimsOf(compact())).not.toHaveProperty('aud');
    expect(claimsOf(compact())).not.toHaveProperty('sub');
  });
});

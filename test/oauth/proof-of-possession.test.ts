import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person } from '../support/client.js';
import { authorize, newClient, type TestClient } from './flow.js';

const ME = '/api/v1/accounts/me';

let server: TestApp;
let person: Person;
let client: TestClient;
let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  client = await newClient(server, { kind: 'public' });
  keys = await generateKeyPair('ES256', { extractable: true });
  const { callback, checks } = await authorize(server, client, person);
  const DPoP = oidc.getDPoPHandle(client.oidc, keys);
  const tokens = await oidc.authorizationCodeGrant(client.oidc, callback, checks, undefined, { DPoP });
  expect(tokens.token_type).toBe('dpop');
  token = tokens.access_token;
});
afterAll(() => server.close());

interface Proof {
  htu?: string;
  htm?: string;
  ath?: string;
  iat?: number;
  jti?: string;
}

async function proofOf(claims: Proof, { privateKey, publicKey } = keys): Promise<string> {
  const all = {
    htu: server.url + ME,
    htm: 'GET',
    ath: createHash('sha256').update(token).digest('base64url'),
    iat: Math.floor(Date.now() / 1000),
    jti: randomUUID(),
    ...claims,
  };
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) };
  return new SignJWT(all).setProtectedHeader(header).sign(privateKey);
}

const get = (path: string, authorization: string, dpop?: string) =>
  call<{ sub?: string; email?: string }>(server, 'GET', path, {
    headers: { authorization, ...(dpop !== undefined && { dpop }) },
  });

describe('a token that is bound to a key (RFC 9449)', () => {
  it('opens the API and UserInfo with a fresh proof', async () => {
    const me = await get(ME, `DPoP ${token}`, await proofOf({}));
    expect([me.status, me.body.email]).toEqual([200, person.email]);
    const userinfo = '/oauth/userinfo';
    const info = await get(userinfo, `DPoP ${token}`, await proofOf({ htu: server.url + userinfo }));
    expect([info.status, info.body.email]).toEqual([200, person.email]);
  });

  it('is worth nothing as Bearer, or without a proof', async () => {
    for (const path of [ME, '/oauth/userinfo']) {
      expect((await get(path, `Bearer ${token}`)).status).toBe(401);
      const attempts = [
        await get(path, `Bearer ${token}`, await proofOf({ htu: server.url + path })),
        await get(path, `DPoP ${token}`),
      ];
      for (const { status } of attempts) expect([400, 401]).toContain(status);
    }
  });

  it.each<[string, () => Proof]>([
    ['another address', () => ({ htu: `${server.url}/api/v1/sessions` })],
    ['another server', () => ({ htu: `https://evil.example${ME}` })],
    ['another method', () => ({ htm: 'POST' })],
    ['another token', () => ({ ath: createHash('sha256').update('x').digest('base64url') })],
    ['no token', () => ({ ath: undefined })],
    ['long ago', () => ({ iat: Math.floor(Date.now() / 1000) - 3600 })],
    ['much later', () => ({ iat: Math.floor(Date.now() / 1000) + 3600 })],
  ])('is refused with a proof made for %s', async (_, claims) => {
    expect((await get(ME, `DPoP ${token}`, await proofOf(claims()))).status).toBe(401);
  });

  it('is refused with a proof of another key, and with one that was seen before', async () => {
    const thief = await generateKeyPair('ES256', { extractable: true });
    expect((await get(ME, `DPoP ${token}`, await proofOf({}, thief))).status).toBe(401);
    for (const path of [ME, '/oauth/userinfo']) {
      const proof = await proofOf({ htu: server.url + path });
      const statuses = [await get(path, `DPoP ${token}`, proof), await get(path, `DPoP ${token}`, proof)];
      expect([path, ...statuses.map(({ status }) => status)]).toEqual([path, 200, 401]);
    }
  });
});

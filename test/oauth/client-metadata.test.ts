import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEVICE_CODE_GRANT, GRANT_TYPES } from '../../src/applications/application.entity.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { AccessTokens } from '../../src/auth/access-tokens.service.js';
import { readSeedFile, SeedError } from '../../src/boot/seed-file.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, type Person } from '../support/client.js';
import {
  CALLBACK,
  newClient,
  postForm,
  redeemCode,
  refresh,
  said,
  type TestClient,
  type TokenAnswer,
  tokensFor,
} from './flow.js';

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
});
afterAll(() => server.close());

const applications = () => server.app.get(ApplicationsService, { strict: false });
const UNAUTHORIZED = [400, 'unauthorized_client'];

/** What the token endpoint says of a request that is complete, so that nothing but the grant type can be wrong. */
const REQUESTS: Record<string, (client: TestClient) => Promise<TokenAnswer>> = {
  authorization_code: (client) => redeemCode(server, client, { code: 'x', verifier: 'v'.repeat(43) }),
  refresh_token: (client) => refresh(server, client, 'x'),
  client_credentials: (client) =>
    postForm(server, '/oauth/token', {
      grant_type: 'client_credentials',
      scope: 'account:read',
      ...client.credentials,
    }),
  [DEVICE_CODE_GRANT]: (client) =>
    postForm(server, '/oauth/token', { grant_type: DEVICE_CODE_GRANT, device_code: 'x', ...client.credentials }),
};

describe('a grant type that the application was not registered for (RFC 6749, section 5.2)', () => {
  it.each(GRANT_TYPES)('is refused by that name: %s', async (grant) => {
    const [without, only] = await Promise.all([
      newClient(server, { grantTypes: GRANT_TYPES.filter((other) => other !== grant) }),
      newClient(server, { grantTypes: [grant] }),
    ]);
    const ask = REQUESTS[grant];
    const [refused, allowed] = [await ask?.(without), await ask?.(only)];
    expect(refused && said(refused)).toEqual(UNAUTHORIZED);
    expect(refused?.body).toEqual({ error: 'unauthorized_client', error_description: expect.any(String) });
    expect(allowed?.body.error).not.toBe('unauthorized_client');
  });

  it('is refused although the application holds a good token of it', async () => {
    const client = await newClient(server);
    const { tokens } = await tokensFor(server, client, person, {
      scope: 'openid offline_access account:read',
      prompt: 'consent',
    });
    await applications().change(client.uid, { grantTypes: ['authorization_code'] }, null);
    expect(said(await refresh(server, client, tokens.refresh_token))).toEqual(UNAUTHORIZED);
    await applications().change(client.uid, { grantTypes: ['authorization_code', 'refresh_token'] }, null);
    expect((await refresh(server, client, tokens.refresh_token)).status).toBe(200);
  });

  it('begins no device flow either (RFC 8628, section 3.1)', async () => {
    const client = await newClient(server);
    const start = () => postForm(server, '/oauth/device/authorization', { scope: 'openid', ...client.credentials });
    expect(said(await start())).toEqual(UNAUTHORIZED);
    await applications().change(client.uid, { grantTypes: [DEVICE_CODE_GRANT] }, null);
    expect((await start()).status).toBe(200);
  });

  it('is told from a request that is malformed, and from a grant type that nobody has', async () => {
    const client = await newClient(server, { grantTypes: ['client_credentials'] });
    const ask = (fields: Record<string, string>) =>
      postForm(server, '/oauth/token', { ...fields, ...client.credentials });
    expect(said(await ask({}))).toEqual([400, 'invalid_request']);
    expect(said(await ask({ grant_type: 'password' }))).toEqual([400, 'unsupported_grant_type']);
    expect(said(await ask({ grant_type: 'constructor' }))).toEqual([400, 'unsupported_grant_type']);
    const wrong = { ...client, credentials: { ...client.credentials, client_secret: 'wrong' } };
    expect(said(await refresh(server, wrong, 'x'))).toEqual([401, 'invalid_client']);
  });
});

describe('the token of an application that acts for itself (RFC 6749, section 4.4)', () => {
  const ownToken = async (client: TestClient) =>
    String((await REQUESTS.client_credentials?.(client))?.body.access_token ?? '');
  const introspect = async (token: string, client: TestClient) =>
    (await postForm(server, '/oauth/introspect', { token, ...client.credentials })).body;
  const isGood = (token: string) =>
    server.app
      .get(AccessTokens, { strict: false })
      .verify(token)
      .then(
        () => true,
        () => false,
      );

  it('ends with the application, also for a later one of the same uid', async () => {
    const settings = { uid: 'robot', grantTypes: ['client_credentials'] };
    const first = await newClient(server, settings);
    const token = await ownToken(first);
    expect(claimsOf(token).sub).toBe('robot');
    expect([await isGood(token), await introspect(token, first)]).toEqual([
      true,
      expect.objectContaining({ active: true, client_id: 'robot' }),
    ]);

    await applications().remove('robot', null);
    expect(await isGood(token)).toBe(false);
    const second = await newClient(server, settings);
    await server.sql(`UPDATE applications SET created_at = created_at + interval '5 seconds' WHERE uid = 'robot'`);
    expect([await isGood(token), await introspect(token, second)]).toEqual([false, { active: false }]);
  });

  it('ends when it is revoked, and no other with it', async () => {
    const client = await newClient(server, { grantTypes: ['client_credentials'] });
    const [revoked, other] = [await ownToken(client), await ownToken(client)];
    await postForm(server, '/oauth/revoke', { token: revoked, ...client.credentials });
    expect([await introspect(revoked, client), (await introspect(other, client)).active]).toEqual([
      { active: false },
      true,
    ]);
  });
});

describe('an application with scopes of our API only', () => {
  it('works, and gets no others', async () => {
    const client = await newClient(server, { scopes: ['account:read'], grantTypes: ['client_credentials'] });
    const ask = (scope: string) =>
      postForm(server, '/oauth/token', { grant_type: 'client_credentials', scope, ...client.credentials });
    expect((await ask('account:read')).body.scope).toBe('account:read');
    expect(said(await ask('email'))).toEqual([400, 'invalid_scope']);
  });
});

describe('without REGISTRATION_TOKEN', () => {
  it('nothing registers itself (C-32)', async () => {
    const body = { redirect_uris: [CALLBACK] };
    for (const token of [undefined, '', 'undefined', 'x'.repeat(32)]) {
      const options = { body, ...(token !== undefined && { token }) };
      expect((await call(server, 'POST', '/oauth/register', options)).status).toBe(404);
    }
  });
});

describe('the seed file', () => {
  it('says where an application is told of sign-outs', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'barong-seed-'));
    const read = (entry: object) => {
      const file = path.join(folder, 'seed.yml');
      writeFileSync(file, JSON.stringify({ applications: [{ uid: 'shop', name: 'Shop', ...entry }] }));
      return readSeedFile(file, true);
    };
    const [told] = read({ redirect_uris: [CALLBACK], backchannel_logout_uri: 'https://shop.example/out' });
    expect(told).toMatchObject({ backchannelLogoutUri: 'https://shop.example/out' });
    expect(() => read({ backchannel_logout_uri: ['https://shop.example/out'] })).toThrow(SeedError);
    rmSync(folder, { recursive: true });
  });
});

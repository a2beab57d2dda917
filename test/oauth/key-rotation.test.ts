import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { KeysService } from '../../src/keys/keys.service.js';
import { SigningKeysService } from '../../src/keys/signing-keys.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson } from '../support/client.js';
import { headerOf } from '../support/tokens.js';
import { clientOf, newClient, refresh, tokensFor } from './flow.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

describe('keys that are rotated while people are signed in (C-45)', () => {
  it('sign anew at once; what the old ones signed stays good', async () => {
    const client = await newClient(server);
    const person = await newPerson(server);
    const first = await tokensFor(server, client, person, {
      scope: 'openid offline_access account:read',
      prompt: 'consent',
    });
    await server.app.get(SigningKeysService, { strict: false }).rotate('RS256');
    await server.app.get(KeysService, { strict: false }).refresh();

    const again = await clientOf(server, client.uid, client.secret);
    oidc.enableNonRepudiationChecks(again.oidc);
    // The session of the pages and the consent are those of before; openid-client verifies the ID token's signature.
    const second = await tokensFor(server, again, person, {}, first.agent);
    expect(headerOf(second.tokens.access_token).kid).not.toBe(headerOf(first.tokens.access_token).kid);
    expect(headerOf(second.tokens.id_token ?? '').kid).toBe(headerOf(second.tokens.access_token).kid);
    for (const { tokens } of [first, second]) {
      expect((await call(server, 'GET', '/api/v1/accounts/me', { token: tokens.access_token })).status).toBe(200);
      expect(await oidc.tokenIntrospection(again.oidc, tokens.access_token)).toMatchObject({ active: true });
      const url = `/oauth/logout?${new URLSearchParams({ id_token_hint: tokens.id_token ?? '' }).toString()}`;
      expect((await call(server, 'GET', url)).status).toBe(200);
    }
    expect((await refresh(server, client, first.tokens.refresh_token)).status).toBe(200);
    const jwks = await call<{ keys: Record<string, unknown>[] }>(server, 'GET', '/oauth/jwks');
    for (const key of jwks.body.keys) expect(Object.keys(key)).not.toContain('d');
  });
});

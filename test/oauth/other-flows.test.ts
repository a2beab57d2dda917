import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person } from '../support/client.js';
import { UserAgent } from '../support/user-agent.js';
import { CALLBACK, newClient, postForm, requestOf, said, titleOf, walk } from './flow.js';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
});
afterAll(() => server.close());

const me = (token: unknown) => call(server, 'GET', '/api/v1/accounts/me', { token: String(token) });

describe('a device without a keyboard (RFC 8628)', () => {
  it('gets tokens when its owner has entered the code on our pages', async () => {
    const tv = await newClient(server, { kind: 'public', grantTypes: [DEVICE, 'refresh_token'], redirectUris: [] });
    const scope = 'openid offline_access account:read';
    const started = await oidc.initiateDeviceAuthorization(tv.oidc, { scope });
    const poll = () =>
      postForm(server, '/oauth/token', { grant_type: DEVICE, device_code: started.device_code, ...tv.credentials });
    expect(said(await poll())).toEqual([400, 'authorization_pending']);

    const agent = new UserAgent(server.url);
    const input = await agent.open('/oauth/device');
    expect(titleOf(input)).toBe('Connect a device');
    const wrong = await agent.submit(input, '/oauth/device', { user_code: 'AAAA-AAAA' });
    expect([titleOf(wrong), wrong.html]).toEqual(['Connect a device', expect.stringContaining('role="alert"')]);
    let page = await agent.submit(wrong, '/oauth/device', { user_code: started.user_code });
    expect([titleOf(page), page.html]).toEqual(['Is this your device?', expect.stringContaining(started.user_code)]);
    page = await agent.submit(page, '/oauth/device', {});
    page = await agent.submit(page, '/sign-in', { ...person });
    page = await agent.submit(page, '/consent');
    expect(titleOf(page)).toBe('Device connected');

    const { status, body } = await poll();
    expect([status, (await me(body.access_token)).status, body.refresh_token]).toEqual([200, 200, expect.any(String)]);
    expect(said(await poll())).toEqual([400, 'invalid_grant']);
    expect((await me(body.access_token)).status).toBe(401);
  });
});

describe('pushed requests (RFC 9126)', () => {
  it('lead to a code, once', async () => {
    const client = await newClient(server);
    const { url: plain, checks } = await requestOf(client);
    const parameters = Object.fromEntries(new URL(plain).searchParams);
    const url = await oidc.buildAuthorizationUrlWithPAR(client.oidc, parameters);
    const page = await walk(new UserAgent(server.url), url.href, person);
    const tokens = await oidc.authorizationCodeGrant(client.oidc, new URL(page.url), checks);
    expect((await me(tokens.access_token)).status).toBe(200);
    expect((await new UserAgent(server.url).open(url.href)).url).not.toContain('code=');
  });

  it('are checked as any other (C-33)', async () => {
    const client = await newClient(server);
    const fields = { response_type: 'code', redirect_uri: 'https://evil.example/', scope: 'openid' };
    const answer = await postForm(server, '/oauth/par', { ...fields, ...client.credentials });
    expect([answer.status, answer.body.request_uri]).toEqual([400, undefined]);
  });
});

describe('discovery', () => {
  it('says the configured address whatever the request says it is (C-55)', async () => {
    const injected = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '444',
      forwarded: 'host=evil.example;proto=https',
    };
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      const plain = await call<Record<string, unknown>>(server, 'GET', path);
      expect([plain.status, plain.body.issuer]).toEqual([200, server.url]);
      const { body } = await call<Record<string, unknown>>(server, 'GET', path, { headers: injected });
      expect(body).toEqual(plain.body);
      expect(JSON.stringify(body)).not.toContain('evil');
    }
  });

  it('names what there is and nothing else (C-32)', async () => {
    const { body } = await call<Record<string, unknown>>(server, 'GET', '/.well-known/openid-configuration');
    expect(body).toMatchObject({
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: false,
      jwks_uri: `${server.url}/oauth/jwks`,
      acr_values_supported: expect.arrayContaining(['urn:barong:level:2']),
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256', 'ES256']),
    });
    expect(body).not.toHaveProperty('registration_endpoint');
  });
});

describe('scripts of other origins (C-50)', () => {
  const ask = (method: string, path: string, origin: string, fields?: Record<string, string>) =>
    fetch(server.url + path, { method, headers: { origin }, ...(fields && { body: new URLSearchParams(fields) }) });

  it('may read what is public, and the answers to applications that allow them', async () => {
    const spa = await newClient(server, { kind: 'public', allowedOrigins: ['https://spa.example'] });
    for (const path of ['/.well-known/openid-configuration', '/oauth/jwks']) {
      const answer = await ask('GET', path, 'https://anyone.example');
      expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([
        path,
        expect.stringMatching(/\*|anyone/),
      ]);
    }
    const fields = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK, ...spa.credentials };
    const allowed = await ask('POST', '/oauth/token', 'https://spa.example', fields);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://spa.example');
    for (const origin of ['https://evil.example', 'null', 'https://spa.example.evil.example']) {
      const refused = await ask('POST', '/oauth/token', origin, fields);
      expect([origin, refused.headers.get('access-control-allow-origin')]).toEqual([origin, null]);
    }
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

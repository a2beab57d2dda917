import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person } from '../support/client.js';
import { UserAgent } from '../support/user-agent.js';

const CALLBACK = 'http://localhost:8000/auth/barong/callback';

describe('authorization code with PKCE, by openid-client', () => {
  let server: TestApp;
  let client: oidc.Configuration;
  let person: Person;
  beforeAll(async () => {
    server = await startApp();
    const execute = [oidc.allowInsecureRequests];
    client = await oidc.discovery(new URL(server.url), 'local-demo', 'local-demo-secret', undefined, { execute });
    person = await newPerson(server);
  });
  afterAll(() => server.close());

  async function begin(parameters: Record<string, string> = {}) {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: CALLBACK,
      scope: 'openid email account:read',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...parameters,
    });
    return { url: url.href, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } };
  }

  async function authorize(parameters: Record<string, string> = {}) {
    const agent = new UserAgent(server.url);
    const { url, checks } = await begin(parameters);
    let page = await agent.open(url);
    page = await agent.submit(page, '/sign-in', { email: person.email, password: person.password });
    if (page.html.includes('Do you agree?')) page = await agent.submit(page, '/consent');
    return { agent, checks, callback: new URL(page.url) };
  }

  it('leads through sign-in and consent to tokens that open UserInfo and the API', async () => {
    const { callback, checks } = await authorize();
    expect(callback.origin + callback.pathname).toBe(CALLBACK);
    expect(callback.searchParams.get('iss')).toBe(server.url);
    const tokens = await oidc.authorizationCodeGrant(client, callback, checks);
    const { payload, protectedHeader } = await jwtVerify(
      tokens.access_token,
      createRemoteJWKSet(new URL(`${server.url}/oauth/jwks`)),
      { issuer: server.url, audience: 'local-demo', typ: 'at+jwt' },
    );
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      aud: ['local-demo', `${server.url}/api/v1`],
      client_id: 'local-demo',
      scope: 'openid email account:read',
      email: person.email,
      role: 'member',
      level: 1,
      state: 'active',
      amr: ['pwd'],
      sid: expect.any(String),
      auth_time: expect.any(Number),
      jti: expect.any(String),
    });
    expect(payload.uid).toBe(payload.sub);

    const me = await call<object>(server, 'GET', '/api/v1/accounts/me', { token: tokens.access_token });
    expect([me.status, me.body]).toEqual([200, expect.objectContaining({ uid: payload.sub, email: person.email })]);
    const info = await oidc.fetchUserInfo(client, tokens.access_token, payload.sub ?? '');
    expect(info).toMatchObject({ sub: payload.sub, email: person.email, email_verified: true, level: 1 });
  });

  it('answers introspection and revocation for JWTs', async () => {
    const { callback, checks } = await authorize();
    const { access_token: token } = await oidc.authorizationCodeGrant(client, callback, checks);
    expect(await oidc.tokenIntrospection(client, token)).toMatchObject({ active: true, client_id: 'local-demo' });
    await oidc.tokenRevocation(client, token);
    expect(await oidc.tokenIntrospection(client, token)).toEqual({ active: false });
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token })).status).toBe(401);
    expect((await call(server, 'GET', '/oauth/userinfo', { token })).status).toBe(401);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { AuthorizationCode, ClientCredentials } from 'simple-oauth2';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, type Person } from '../support/client.js';
import { UserAgent } from '../support/user-agent.js';
import { CALLBACK, newClient, said, postForm, type TestClient, tokensFor, walk } from './flow.js';

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
});
afterAll(() => server.close());

const options = (client: TestClient, authorizationMethod: 'body' | 'header') => ({
  client: { id: client.uid, secret: client.secret ?? '' },
  auth: { tokenHost: server.url, tokenPath: '/oauth/token', revokePath: '/oauth/revoke' },
  options: { authorizationMethod },
});
const me = (token: unknown) => call(server, 'GET', '/api/v1/accounts/me', { token: String(token) });

describe('a client of OAuth 2.0 as of 2018, by simple-oauth2', () => {
  let client: TestClient;
  beforeAll(async () => {
    client = await newClient(server, { requirePkce: false });
  });

  it.each(['body', 'header'] as const)(
    'needs neither PKCE nor a scope, says its secret in the %s, and gets tokens for the API',
    async (method) => {
      const library = new AuthorizationCode(options(client, method));
      const url = library.authorizeURL({ redirect_uri: CALLBACK, state: 'x' });
      const page = await walk(new UserAgent(server.url), url, person);
      const { searchParams } = new URL(page.url);
      expect(searchParams.get('state')).toBe('x');
      const code = searchParams.get('code') ?? '';
      const granted = await library.getToken({ code, redirect_uri: CALLBACK });
      expect((await me(granted.token.access_token)).body).toMatchObject({ email: person.email, state: 'active' });
      expect(granted.token).not.toHaveProperty('id_token');
      const next = await granted.refresh();
      expect(next.token.refresh_token).not.toBe(granted.token.refresh_token);
      expect((await me(next.token.access_token)).status).toBe(200);
      await next.revoke('access_token');
      expect((await me(next.token.access_token)).status).toBe(401);
    },
  );

  it('may be told that it has no PKCE only by staff', async () => {
    const strict = new AuthorizationCode(options(await newClient(server), 'body'));
    const url = strict.authorizeURL({ redirect_uri: CALLBACK, state: 'x' });
    expect((await walk(new UserAgent(server.url), url, person)).url).toContain('error=invalid_request');
  });

  it('gets an error that it understands for a wrong secret (C-42)', async () => {
    for (const client_secret of ['wrong', '', ' ', 'kept as a hash', `${client.secret}x`]) {
      const fields = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK };
      const answer = await postForm(server, '/oauth/token', { ...fields, client_id: client.uid, client_secret });
      expect(said(answer)).toEqual([401, 'invalid_client']);
    }
  });

  it('finds neither the password grant nor a registration (C-32)', async () => {
    const fields = { grant_type: 'password', username: person.email, password: person.password, ...client.credentials };
    expect(said(await postForm(server, '/oauth/token', fields))).toEqual([400, 'unsupported_grant_type']);
    expect((await call(server, 'POST', '/oauth/register', { body: { redirect_uris: [CALLBACK] } })).status).toBe(404);
  });
});

describe('client credentials', () => {
  it('give a token of nobody, which our API refuses (C-41)', async () => {
    const client = await newClient(server, { grantTypes: ['client_credentials'], redirectUris: [] });
    const library = new ClientCredentials(options(client, 'body'));
    const { token } = await library.getToken({ scope: 'account:read' });
    expect(claimsOf(String(token.access_token))).toMatchObject({ sub: client.uid, client_id: client.uid });
    expect((await me(token.access_token)).status).toBe(401);
    const fields = { token: String(token.access_token), ...client.credentials };
    expect((await postForm(server, '/oauth/introspect', fields)).body).toMatchObject({ active: true });
    await postForm(server, '/oauth/revoke', fields);
    expect((await postForm(server, '/oauth/introspect', fields)).body).toEqual({ active: false });
  });

  it('are not for an application that was not given them', async () => {
    const client = await newClient(server);
    const answer = await postForm(server, '/oauth/token', { grant_type: 'client_credentials', ...client.credentials });
    expect([answer.status, answer.body]).toEqual([
      400,
      expect.not.objectContaining({ access_token: expect.anything() }),
    ]);
  });
});

describe('settings of an application', () => {
  it('decide on algorithm and lifetime of its tokens', async () => {
    const client = await newClient(server, { signingAlg: 'ES256', accessTokenLifetime: 120 });
    const { tokens } = await tokensFor(server, client, person);
    const keys = createRemoteJWKSet(new URL(`${server.url}/oauth/jwks`));
    for (const token of [tokens.access_token, tokens.id_token ?? '']) {
      const { protectedHeader } = await jwtVerify(token, keys, { issuer: server.url, audience: client.uid });
      expect(protectedHeader.alg).toBe('ES256');
    }
    const { iat, exp } = claimsOf(tokens.access_token) as { iat: number; exp: number };
    expect([exp - iat, tokens.expires_in]).toEqual([120, 120]);
    expect((await me(tokens.access_token)).status).toBe(200);
  });

  it('count at once, also for what was granted before', async () => {
    const client = await newClient(server);
    const { tokens } = await tokensFor(server, client, person);
    await server.sql(`UPDATE applications SET redirect_uris = '{}' WHERE uid = $1`, [client.uid]);
    const page = await new UserAgent(server.url).open(
      `/oauth/authorize?client_id=${client.uid}&response_type=code&redirect_uri=${encodeURIComponent(CALLBACK)}`,
    );
    expect(page.status).toBe(400);
    expect((await me(tokens.access_token)).status).toBe(200);
    await server.sql('DELETE FROM applications WHERE uid = $1', [client.uid]);
    expect((await me(tokens.access_token)).status).toBe(401);
  });

  it('take an old secret until it ends, and none after that (C-42)', async () => {
    const client = await newClient(server);
    await server.sql(
      `UPDATE applications SET previous_secret_hash = secret_hash, secret_hash = sha256('new'),
         previous_secret_expires_at = now() + interval '1 hour' WHERE uid = $1`,
      [client.uid],
    );
    const attempt = (client_secret = '') =>
      postForm(server, '/oauth/introspect', { token: 'x', client_id: client.uid, client_secret });
    expect([(await attempt(client.secret)).status, (await attempt('new')).status]).toEqual([200, 200]);
    await server.sql('UPDATE applications SET previous_secret_expires_at = now() WHERE uid = $1', [client.uid]);
    expect([(await attempt(client.secret)).status, (await attempt('new')).status]).toEqual([401, 200]);
  });
});

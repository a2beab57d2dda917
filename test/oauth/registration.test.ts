import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { ApplicationSecretsService } from '../../src/applications/application-secrets.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { Config, ConfigError } from '../../src/config/config.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, type Person } from '../support/client.js';
import { UserAgent } from '../support/user-agent.js';
import { CALLBACK, clientOf, postForm, refresh, requestOf, said, titleOf, tokensFor } from './flow.js';

const TOKEN = randomBytes(24).toString('base64url');
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const FULL = {
  client_name: 'Registered',
  redirect_uris: [CALLBACK, 'http://127.0.0.1:8000/callback'],
  post_logout_redirect_uris: ['https://shop.example/bye'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_post',
  id_token_signed_response_alg: 'ES256',
  scope: 'openid email offline_access account:read labels:read',
};

type Body = Record<string, unknown>;

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off', REGISTRATION_TOKEN: TOKEN });
  person = await newPerson(server);
});
afterAll(() => server.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const register = (body: unknown, headers: Record<string, string> = bearer(TOKEN)): Promise<Answer<Body>> =>
  call<Body>(server, 'POST', '/oauth/register', { headers, body });
const register201 = async (body: object): Promise<Body> => {
  const answer = await register(body);
  expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ client_id: expect.any(String) })]);
  return answer.body;
};
const applicationOf = (uid: unknown) => server.app.get(ApplicationsService, { strict: false }).getByUid(String(uid));
const rows = async () =>
  (await server.sql(`SELECT uid FROM applications UNION ALL SELECT target FROM audit_entries ORDER BY 1`)).length;
/** The status and error, and that nothing was kept. */
async function refusal(body: unknown, headers?: Record<string, string>): Promise<[number, unknown]> {
  const before = await rows();
  const { status, body: said } = await register(body, headers);
  expect(await rows()).toBe(before);
  return [status, said?.error];
}

describe('a client that registers itself (RFC 7591)', () => {
  it('gets what it asked for, and this once its secret', async () => {
    const { client_id: uid, client_secret: secret, client_id_issued_at: issuedAt, ...rest } = await register201(FULL);
    expect(rest).toEqual({ ...FULL, client_secret_expires_at: 0 });
    expect([secret, issuedAt]).toEqual([expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), expect.any(Number)]);
    expect(await applicationOf(uid)).toMatchObject({
      name: 'Registered',
      kind: 'confidential',
      redirectUris: FULL.redirect_uris,
      postLogoutRedirectUris: FULL.post_logout_redirect_uris,
      grantTypes: FULL.grant_types,
      scopes: FULL.scope.split(' '),
      signingAlg: 'ES256',
      firstParty: false,
      skipConsent: false,
      requirePkce: true,
      allowedOrigins: [],
      backchannelLogoutUri: null,
      accessTokenLifetime: 900,
    });
    const secrets = server.app.get(ApplicationSecretsService, { strict: false });
    expect(await secrets.isSecret({ uid: String(uid) }, String(secret))).toBe(true);
    const kept = await server.sql('SELECT to_jsonb(applications)::text AS text FROM applications');
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(await server.sql('SELECT actor_uid, action, ip::text FROM audit_entries WHERE target = $1', [uid])).toEqual([
      { actor_uid: 'registration', action: 'application.created', ip: expect.stringContaining('127.0.0.1') },
    ]);
  });

  it('signs people in by a client library that knows nothing but our address', async () => {
    const registered = await oidc.dynamicClientRegistration(
      new URL(server.url),
      { ...FULL, redirect_uris: [CALLBACK] },
      oidc.ClientSecretPost(),
      { initialAccessToken: TOKEN, execute: [oidc.allowInsecureRequests] },
    );
    const { client_id: uid, client_secret: secret } = registered.clientMetadata();
    const client = { ...(await clientOf(server, uid, String(secret))), oidc: registered };
    const request = { scope: 'openid offline_access account:read', prompt: 'consent' };
    const { tokens } = await tokensFor(server, client, person, request);
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: tokens.access_token })).status).toBe(200);
    expect((await call(server, 'GET', '/api/v1/profiles/me', { token: tokens.access_token })).status).toBe(403);
    expect((await refresh(server, client, tokens.refresh_token)).status).toBe(200);
    expect(said(await refresh(server, { ...client, credentials: { client_id: uid } }, 'x'))[0]).toBe(401);
  });

  it('may ask for next to nothing: a code, the scopes of OpenID Connect, its id as its name', async () => {
    const { client_id: uid, client_name: name, scope, ...rest } = await register201({ redirect_uris: [CALLBACK] });
    expect([name, scope]).toEqual([uid, 'openid profile email phone offline_access']);
    expect(rest).toMatchObject({ grant_types: ['authorization_code'], response_types: ['code'] });
    expect((await applicationOf(uid)).grantTypes).toEqual(['authorization_code']);
  });

  it('is public when it keeps no secret, and may be a device', async () => {
    const method = { token_endpoint_auth_method: 'none' };
    const spa = await register201({ ...method, redirect_uris: [CALLBACK], client_secret: 'mine' });
    expect([(await applicationOf(spa.client_id)).kind, 'client_secret' in spa]).toEqual(['public', false]);
    const tv = await register201({ ...method, grant_types: [DEVICE], response_types: [], scope: 'openid' });
    const fields = { client_id: String(tv.client_id), scope: 'openid' };
    expect((await postForm(server, '/oauth/device/authorization', fields)).status).toBe(200);
  });

  it('gets no more than it registered for', async () => {
    const { client_id: uid, client_secret: secret } = await register201({ ...FULL, scope: 'account:read' });
    const client = await clientOf(server, String(uid), String(secret));
    for (const scope of ['email account:read', 'openid account:read']) {
      const { url } = await requestOf(client, { scope });
      const page = await new UserAgent(server.url).open(url);
      const { searchParams } = new URL(page.url);
      expect([scope, searchParams.get('error'), titleOf(page)]).toEqual([scope, 'invalid_scope', '']);
    }
    const { tokens } = await tokensFor(server, client, person, { scope: 'account:read labels:read' });
    expect(tokens.scope).toBe('account:read');
  });

  it('can not make itself ours, nor choose its own id, secret or anything that only we know', async () => {
    const answer = await register201({
      ...FULL,
      client_id: 'local-demo',
      client_secret: 'mine',
      client_secret_expires_at: 1,
      first_party: true,
      skip_consent: true,
      barong_skip_consent: true,
      barong_require_pkce: false,
      barong_scopes: ['documents:write'],
      barong_secret_hashes: [],
      allowed_origins: ['https://evil.example'],
      constructor: { name: 'x' },
    });
    expect(Object.keys(answer).filter((name) => name.startsWith('barong'))).toEqual([]);
    expect([answer.client_id, answer.client_secret]).not.toContain('local-demo');
    expect(answer.client_secret).not.toBe('mine');
    expect(await applicationOf(answer.client_id)).toMatchObject({
      firstParty: false,
      skipConsent: false,
      requirePkce: true,
      scopes: FULL.scope.split(' '),
      allowedOrigins: [],
    });
  });

  it('is shown with its name, which nobody takes for a part of our page', async () => {
    const { client_id: uid, client_secret: secret } = await register201({ ...FULL, client_name: '<b>Barong</b>' });
    const client = await clientOf(server, String(uid), String(secret));
    const agent = new UserAgent(server.url);
    const page = await agent.open((await requestOf(client)).url);
    const asked = await agent.submit(page, '/sign-in', { ...person });
    expect(asked.html).toContain('&lt;b>Barong');
    expect(asked.html).not.toContain('<b>Barong');
  });

  it('leaves unread what describes it to people', async () => {
    const links = { logo_uri: 'https://shop.example/logo.png', client_uri: 'https://shop.example/' };
    const more = { contacts: ['me@shop.example'], software_id: 'shop', 'client_name#de': 'Laden' };
    const answer = await register201({ ...FULL, ...links, ...more });
    for (const name of Object.keys({ ...links, ...more })) expect(answer).not.toHaveProperty([name]);
  });
});

describe('metadata that is not allowed', () => {
  const URIS = 'redirect_uris';
  it.each<[string, unknown]>([
    ['another site by http', ['http://shop.example/callback']],
    ['a wildcard', ['https://*.shop.example/']],
    ['a fragment', [`${CALLBACK}#here`]],
    ['a user name', ['https://me@shop.example/']],
    ['a scheme of its own', ['myapp://callback']],
    ['a script', ['javascript:alert(1)']],
    ['NUL', ['https://shop.example/\u0000']],
    ['no address', ['callback']],
    ['none', []],
    ['a text', CALLBACK],
    ['a number', [1]],
    ['an object', { 0: CALLBACK }],
    ['far too many', Array.from({ length: 51 }, (_, n) => `https://shop.example/${n}`)],
  ])('is refused as a redirect URI: %s', async (_, uris) => {
    for (const type of ['web', 'native']) {
      const answer = await refusal({ ...FULL, application_type: type, [URIS]: uris });
      expect(answer).toEqual([400, 'invalid_redirect_uri']);
    }
  });

  it.each<Body>([
    { jwks_uri: 'https://shop.example/jwks' },
    { jwks: { keys: [] } },
    { request_uris: ['https://shop.example/request'] },
    { sector_identifier_uri: 'https://shop.example/sector' },
    { software_statement: 'eyJhbGciOiJub25lIn0.e30.' },
    { backchannel_logout_uri: 'https://shop.example/out' },
    { token_endpoint_auth_method: 'private_key_jwt' },
    { token_endpoint_auth_method: 'client_secret_jwt' },
    { grant_types: ['authorization_code', 'client_credentials'] },
    { grant_types: ['password'] },
    { grant_types: ['implicit'], response_types: ['token'] },
    { grant_types: 'authorization_code' },
    { response_types: ['code id_token'] },
    { scope: 'openid documents:read' },
    { scope: 'openid profile:write' },
    { scope: '' },
    { scope: ['openid'] },
    { id_token_signed_response_alg: 'none' },
    { id_token_signed_response_alg: 'HS256' },
    { subject_type: 'pairwise' },
    { dpop_bound_access_tokens: true },
    { require_pushed_authorization_requests: true },
    { client_name: '' },
    { client_name: 'x'.repeat(101) },
    { client_name: 'two\nlines' },
    { client_name: '\u0000' },
    { client_name: { toString: 'x' } },
    { post_logout_redirect_uris: ['http://shop.example/'] },
    { post_logout_redirect_uris: ['javascript:alert(1)'] },
    { logo_uri: 'javascript:alert(1)' },
  ])('is refused: %j', async (wrong) => {
    expect(await refusal({ ...FULL, ...wrong })).toEqual([400, 'invalid_client_metadata']);
  });

  it('is refused when it is no object of JSON, or a long one', async () => {
    const json = { ...bearer(TOKEN), 'content-type': 'application/json' };
    for (const body of ['[]', 'null', '"text"', '{', '{"redirect_uris": [', `{"a":"${'x'.repeat(70_000)}"}`]) {
      expect(await refusal(body, json)).toEqual([400, 'invalid_request']);
    }
    expect(await refusal(new URLSearchParams({ client_name: 'Form' }))).toEqual([400, 'invalid_request']);
    const polluting = `{"__proto__":{"barong_skip_consent":true},"redirect_uris":["${CALLBACK}"]}`;
    const { body } = await register(polluting, json);
    expect(await applicationOf(body.client_id)).toMatchObject({ skipConsent: false, firstParty: false });
  });
});

describe('the initial access token', () => {
  it('is asked for before anything about the body', async () => {
    const headers: Record<string, string>[] = [
      {},
      bearer('wrong'),
      bearer(TOKEN.slice(1)),
      bearer(`${TOKEN}x`),
      bearer(TOKEN.toUpperCase()),
      { authorization: TOKEN },
      { authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}` },
      { authorization: `DPoP ${TOKEN}` },
      { authorization: `Bearer ${TOKEN}, Bearer ${TOKEN}` },
    ];
    for (const header of headers) {
      expect([header, await refusal(FULL, header)]).toEqual([header, [401, 'invalid_token']]);
      expect(await refusal('{', { ...header, 'content-type': 'application/json' })).toEqual([401, 'invalid_token']);
    }
    for (const path of [`/oauth/register?access_token=${TOKEN}`, '/oauth/register/local-demo']) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const answer = await call(server, method, path);
        expect([path, method, answer.status]).toEqual([path, method, 401]);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="barong"');
      }
    }
    expect((await register(FULL, bearer('wrong'))).headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('opens nothing but this: no client is read, changed or deleted by it', async () => {
    const { client_id: uid } = await register201(FULL);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await call(server, method, `/oauth/register/${String(uid)}`, { token: TOKEN });
      expect([401, 404, 405]).toContain(answer.status);
    }
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: TOKEN })).status).toBe(401);
    expect(await applicationOf(uid)).toMatchObject({ name: 'Registered' });
  });

  it('is 32 characters at least, and a bearer token; what it was is not repeated', () => {
    const SECRET_KEY = randomBytes(32).toString('hex');
    const load = (token: string) => Config.load({ NODE_ENV: 'test', SECRET_KEY, REGISTRATION_TOKEN: token });
    expect([load('').registrationToken, load('x'.repeat(32)).registrationToken]).toEqual([undefined, 'x'.repeat(32)]);
    for (const wrong of ['y'.repeat(31), `${'y'.repeat(40)} z`, `${'y'.repeat(40)}ü`]) {
      expect(() => load(wrong)).toThrow(ConfigError);
      expect(() => load(wrong)).not.toThrow('yyy');
    }
  });
});

describe('discovery', () => {
  it('names the endpoint', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      const { body } = await call<Body>(server, 'GET', path);
      expect(body.registration_endpoint).toBe(`${server.url}/oauth/register`);
    }
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, newPerson, type Person } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { INVALID_GRANT, newClient, refresh, requestOf, said, type TestClient, titleOf, tokensFor } from './flow.js';

const BYE = 'https://shop.example/bye';
/** Without openid there is a refresh token that was not asked for by offline_access: it ends with the session. */
const BOUND = { scope: 'email account:read' };

let server: TestApp;
let person: Person;
let client: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  client = await newClient(server, { postLogoutRedirectUris: [BYE] });
});
afterAll(() => server.close());

const me = async (token: string) => (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;

/** The link by which an application signs people out. */
const logoutUrl = (parameters: Record<string, string>): string =>
  `${server.url}/oauth/logout?${new URLSearchParams(parameters).toString()}`;

const told = ({ url }: Page): Record<string, string> => Object.fromEntries(new URL(url).searchParams);

describe('signing out at an application (C-30)', () => {
  it('asks, ends the session and what came from it, and goes back with the state', async () => {
    const { tokens, agent } = await tokensFor(server, client, person);
    const hint = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: BYE, state: 'a&b' };
    const page = await agent.open(logoutUrl(hint));
    expect(titleOf(page)).toBe('Sign out?');
    expect(await me(tokens.access_token)).toBe(200);
    const back = await agent.submit(page, '/oauth/logout/confirm', { logout: 'yes' });
    expect([back.url.split('?')[0], told(back)]).toEqual([BYE, { state: 'a&b' }]);
    expect(await me(tokens.access_token)).toBe(401);
    expect(titleOf(await agent.open((await requestOf(client)).url))).toBe('Sign in');
  });

  it('ends refresh tokens, unless the person agreed to access while away', async () => {
    const bound = await tokensFor(server, client, person, BOUND);
    const offline = await tokensFor(server, client, person, {
      scope: 'openid offline_access account:read',
      prompt: 'consent',
    });
    for (const { agent } of [bound, offline]) {
      const page = await agent.open('/oauth/logout');
      const done = await agent.submit(page, '/oauth/logout/confirm', { logout: 'yes' });
      expect(titleOf(done) || done.html).toContain('Signed out');
    }
    expect(await me(bound.tokens.access_token)).toBe(401);
    expect(said(await refresh(server, client, bound.tokens.refresh_token))).toEqual(INVALID_GRANT);
    expect((await refresh(server, client, offline.tokens.refresh_token)).status).toBe(200);
  });

  it('goes on by a click, on a page of ours, when nobody is signed in', async () => {
    const agent = new UserAgent(server.url);
    const page = await agent.open('/oauth/logout');
    expect([titleOf(page), page.html.includes('/assets/go-on.js')]).toEqual(['One moment', true]);
    expect(page.html).not.toContain('<script>');
    expect(titleOf(await agent.submit(page, '/oauth/logout/confirm'))).toBe('Signed out');
  });

  it('goes nowhere that was not registered (C-46)', async () => {
    const { tokens, agent } = await tokensFor(server, client, person);
    for (const post_logout_redirect_uri of ['https://evil.example/', `${BYE}/`, '//evil.example']) {
      const page = await agent.open(logoutUrl({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri }));
      expect([page.status, new URL(page.url).origin]).toEqual([400, server.url]);
    }
    const page = await agent.open(logoutUrl({ post_logout_redirect_uri: 'https://evil.example/' }));
    const done = await agent.submit(page, '/oauth/logout/confirm', { logout: 'yes' });
    expect([done.status, new URL(done.url).origin, titleOf(done)]).toEqual([200, server.url, 'Signed out']);
  });

  it('changes nothing when the answer is no, or the form is forged (C-48)', async () => {
    const { tokens, agent } = await tokensFor(server, client, person);
    await agent.open('/oauth/logout');
    const forged = await agent.request(new URL(`${server.url}/oauth/logout/confirm`), {
      method: 'POST',
      body: new URLSearchParams({ xsrf: 'wrong', logout: 'yes' }),
    });
    expect(forged.status).toBe(400);
    await agent.submit(await agent.open('/oauth/logout'), '/oauth/logout/confirm', {});
    expect(await me(tokens.access_token)).toBe(200);
    expect((await agent.open((await requestOf(client)).url)).url).toContain('code=');
  });
});

describe('telling applications of it (back-channel logout)', () => {
  let receiver: Server;
  const received: string[] = [];
  beforeAll(async () => {
    // In Jest's sandbox the library does not find the part of fetch that keeps it from local addresses, and says so.
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push(new URLSearchParams(body).get('logout_token') ?? '');
        // The application is away the first time.
        response.writeHead(received.length === 1 ? 503 : 204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    receiver.close();
  });

  it('is tried again until the application has heard it', async () => {
    const listener = await newClient(server, {});
    const { port } = receiver.address() as AddressInfo;
    await server.sql('UPDATE applications SET backchannel_logout_uri = $1 WHERE uid = $2', [
      `http://127.0.0.1:${port}/logout`,
      listener.uid,
    ]);
    const { tokens, agent } = await tokensFor(server, listener, person);
    const page = await agent.open('/oauth/logout');
    await agent.submit(page, '/oauth/logout/confirm', { logout: 'yes' });
    await eventually(async () => {
      // The queue waits longer each time; not here.
      await server.sql(
        `UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL AND attempts > 0`,
      );
      return received.length >= 2;
    });
    const keys = createRemoteJWKSet(new URL(`${server.url}/oauth/jwks`));
    const { payload } = await jwtVerify(received[1] ?? '', keys, { issuer: server.url, audience: listener.uid });
    const { sub, sid } = tokens.claims() as oidc.IDToken;
    expect(payload).toMatchObject({
      sub,
      sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      jti: expect.any(String),
    });
    expect(payload).not.toHaveProperty('nonce');
  });
});

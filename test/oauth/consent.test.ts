import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, type Person } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { authorize, CALLBACK, newClient, redeemCode, requestOf, type TestClient, titleOf, tokensFor } from './flow.js';

const QUESTION = 'Do you agree?';

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

/** A new browser in which somebody signs in, up to the page after that. */
async function signIn(client: TestClient, parameters: Record<string, string> = {}): Promise<[UserAgent, Page]> {
  const agent = new UserAgent(server.url);
  const page = await agent.open((await requestOf(client, parameters)).url);
  return [agent, await agent.submit(page, '/sign-in', { email: person.email, password: person.password })];
}

describe('consent', () => {
  beforeAll(async () => {
    person = await newPerson(server);
  });

  it('is remembered for a confidential application, in other browsers too, until it asks for more (C-40)', async () => {
    const client = await newClient(server);
    await authorize(server, client, person);
    const [agent, page] = await signIn(client);
    expect(page.url).toMatch(/^https:\/\/shop.example\/callback\?code=/);
    const more = await agent.open((await requestOf(client, { scope: 'openid email account:read labels:write' })).url);
    expect([titleOf(more), more.html]).toEqual([QUESTION, expect.stringContaining('Change your public labels')]);
    const agreed = await agent.submit(more, '/consent');
    expect(agreed.url).toContain('code=');
    expect((await agent.open((await requestOf(client)).url)).url).toContain('code=');
  });

  it('is asked for at every sign-in of a public application, in the same browser too (C-40)', async () => {
    const client = await newClient(server, { kind: 'public' });
    const { agent } = await authorize(server, client, person);
    for (let time = 0; time < 2; time += 1) {
      const page = await agent.open((await requestOf(client)).url);
      expect(titleOf(page)).toBe(QUESTION);
      expect((await agent.submit(page, '/consent')).url).toContain('code=');
    }
  });

  it('is not asked for where staff said so (C-40)', async () => {
    const client = await newClient(server, { skipConsent: true });
    const [, page] = await signIn(client, { scope: 'openid email offline_access account:read' });
    expect(page.url).toContain('code=');
  });

  it('shows who asks, for what, and where it leads, as text (C-40)', async () => {
    const client = await newClient(server, { name: '<b>Shop</b> & "Co"' });
    const [, page] = await signIn(client, {
      scope: 'openid profile:read documents:write offline_access',
      prompt: 'consent',
    });
    expect(titleOf(page)).toBe(QUESTION);
    expect(page.html).toContain('&lt;b>Shop&lt;/b> &amp; &quot;Co&quot;');
    for (const text of ['shop.example', 'See your identity profile', 'Send identity documents', '90 days']) {
      expect(page.html).toContain(text);
    }
    expect(page.html).not.toContain('<b>');
  });

  it('covers what was asked for and nothing else', async () => {
    const client = await newClient(server, { scopes: ['openid', 'account:read', 'labels:read'] });
    const { tokens } = await tokensFor(server, client, person, { scope: 'openid account:read labels:write admin' });
    expect(tokens.scope).toBe('openid account:read');
    expect(claimsOf(tokens.access_token)).toMatchObject({ scope: 'openid account:read' });
    expect(claimsOf(tokens.access_token)).not.toHaveProperty('email');
    const me = await call<{ email?: string }>(server, 'GET', '/api/v1/accounts/me', { token: tokens.access_token });
    expect([me.status, me.body]).toEqual([200, expect.not.objectContaining({ email: expect.anything() })]);
    const info = await oidc.fetchUserInfo(client.oidc, tokens.access_token, String(tokens.claims()?.sub));
    expect(info).not.toHaveProperty('email');
    const labels = await call(server, 'POST', '/api/v1/labels', { token: tokens.access_token, body: {} });
    expect(labels.status).toBe(403);
  });

  it('that is refused tells the application so', async () => {
    const [agent, page] = await signIn(await newClient(server), { state: 'my state' });
    const back = await agent.submit(page, '/abort');
    expect(back.url.startsWith(`${CALLBACK}?`)).toBe(true);
    const { searchParams } = new URL(back.url);
    expect(searchParams.get('error')).toBe('access_denied');
    expect([searchParams.get('state'), searchParams.get('iss')]).toEqual(['my state', server.url]);
  });

  it('of somebody else in the same browser is not taken over', async () => {
    const client = await newClient(server);
    const { agent } = await authorize(server, client, person);
    const other = await newPerson(server);
    const request = await requestOf(client, { prompt: 'login' });
    const page = await agent.open(request.url);
    const next = await agent.submit(page, '/sign-in', { email: other.email, password: other.password });
    const asked = await agent.submit(next, '/oauth/logout/confirm', { logout: 'yes' });
    expect(titleOf(asked)).toBe(QUESTION);
    const { searchParams } = new URL((await agent.submit(asked, '/consent')).url);
    const uid = async (email: string) => (await server.sql('SELECT uid FROM accounts WHERE email = $1', [email]))[0];
    const { body } = await redeemCode(server, client, {
      code: searchParams.get('code') ?? '',
      verifier: request.verifier,
    });
    expect(claimsOf(String(body.access_token))).toMatchObject(await uid(other.email));
  });
});

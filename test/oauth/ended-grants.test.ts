import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { ConsentWithdrawalService } from '../../src/oauth/consent-withdrawal.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, type Person, signIn } from '../support/client.js';
import { codeOf, post, scan } from '../two-factor/authenticator.js';
import {
  INVALID_GRANT,
  newClient,
  postForm,
  refresh,
  requestOf,
  said,
  type SignedInClient,
  type TestClient,
  titleOf,
  tokensFor,
} from './flow.js';

const OFFLINE = { scope: 'openid email offline_access account:read', prompt: 'consent' };

let server: TestApp;
let shop: TestClient;
let other: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  shop = await newClient(server);
  other = await newClient(server, { name: 'Other' });
});
afterAll(() => server.close());

async function signedIn(): Promise<SignedInClient & { person: Person; uid: string }> {
  const person = await newPerson(server);
  const all = await tokensFor(server, shop, person, OFFLINE);
  await expectAlive(all);
  return { ...all, person, uid: String(claimsOf(all.tokens.access_token).sub) };
}

const at = async (path: string, token: string) => (await call(server, 'GET', path, { token })).status;
const introspect = (token: unknown, client = shop) =>
  postForm(server, '/oauth/introspect', { token: String(token), ...client.credentials });

async function expectAlive({ tokens }: SignedInClient): Promise<void> {
  expect(await at('/api/v1/accounts/me', tokens.access_token)).toBe(200);
  expect(await at('/oauth/userinfo', tokens.access_token)).toBe(200);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    expect((await introspect(token)).body).toMatchObject({ active: true, client_id: shop.uid });
  }
}

async function expectDead({ tokens }: SignedInClient): Promise<void> {
  expect(await at('/api/v1/accounts/me', tokens.access_token)).toBe(401);
  expect(await at('/oauth/userinfo', tokens.access_token)).toBe(401);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    expect((await introspect(token)).body).toEqual({ active: false });
  }
  expect(said(await refresh(server, shop, tokens.refresh_token))).toEqual(INVALID_GRANT);
}

/** What the next authorization request in the same browser shows. */
async function nextPage({ agent }: SignedInClient): Promise<string> {
  const page = await agent.open((await requestOf(shop)).url);
  expect([page.url, page.status]).toEqual([expect.stringContaining('/interaction/'), 200]);
  return titleOf(page);
}

describe('tokens of a grant end', () => {
  it('with the access token at /oauth/revoke (C-43)', async () => {
    const all = await signedIn();
    await oidc.tokenRevocation(shop.oidc, all.tokens.access_token);
    await expectDead(all);
  });

  it('with the refresh token at /oauth/revoke (C-43)', async () => {
    const all = await signedIn();
    await oidc.tokenRevocation(shop.oidc, all.tokens.refresh_token ?? '');
    await expectDead(all);
  });

  it('with a new password; the browser is asked to sign in again', async () => {
    const all = await signedIn();
    const body = { old_password: all.person.password, new_password: 'an entirely different one' };
    const token = await signIn(server, all.person);
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body })).status).toBeLessThan(300);
    await expectDead(all);
    expect(await nextPage(all)).toBe('Sign in');
    const again = await tokensFor(server, shop, { ...all.person, password: body.new_password }, OFFLINE, all.agent);
    await expectAlive(again);
  });

  it.each(['banned', 'locked'])(
    'when the account is %s; the browser is asked to sign in again (C-31)',
    async (state) => {
      const all = await signedIn();
      await server.sql('UPDATE accounts SET state = $1 WHERE uid = $2', [state, all.uid]);
      await expectDead(all);
      expect(await nextPage(all)).toBe('Sign in');
    },
  );

  it('when the person takes consent back; they are asked for it the next time (C-40)', async () => {
    const all = await signedIn();
    const withdrawal = server.app.get(ConsentWithdrawalService, { strict: false });
    await withdrawal.withdraw(all.uid, shop.uid, { ip: '127.0.0.1', userAgent: 'test', requestId: 'test' });
    await expectDead(all);
    expect(await nextPage(all)).toBe('Do you agree?');
  });

  it('when the second factor is turned on; the browser is asked to sign in again (C-20)', async () => {
    const all = await signedIn();
    const token = await signIn(server, all.person);
    const code = codeOf(await scan(server, token));
    expect((await post(server, 'enable_2fa', token, { code })).status).toBe(201);
    await expectDead(all);
    expect(await nextPage(all)).toBe('Sign in');
  });
});

describe('introspection and revocation', () => {
  it('want to know who asks (C-43)', async () => {
    const { tokens } = await signedIn();
    const wrong = { client_id: shop.uid, client_secret: 'wrong' };
    for (const path of ['/oauth/introspect', '/oauth/revoke']) {
      const attempts: Record<string, string>[] = [
        {},
        { client_id: shop.uid },
        { client_id: shop.uid, client_secret: '' },
        wrong,
      ];
      for (const credentials of attempts) {
        const answer = await postForm(server, path, { token: tokens.access_token, ...credentials });
        expect([path, credentials, ...said(answer)]).toEqual([path, credentials, 401, 'invalid_client']);
      }
    }
  });

  it("tell nothing of another application's token, and do nothing to it (C-43)", async () => {
    const all = await signedIn();
    for (const token of [all.tokens.access_token, all.tokens.refresh_token]) {
      expect((await introspect(token, other)).body).toEqual({ active: false });
      const answer = await postForm(server, '/oauth/revoke', { token: String(token), ...other.credentials });
      expect(answer.status).toBe(200);
    }
    await expectAlive(all);
  });

  it('answer for what is no token (C-43)', async () => {
    const [head, payload] = (await signedIn()).tokens.access_token.split('.');
    for (const token of ['unknown', 'a.b.c', 'jwt~a.b.c', `${head}.${payload}.AAAA`, '\u0000', 'x'.repeat(9000)]) {
      expect((await introspect(token)).body).toEqual({ active: false });
      expect((await postForm(server, '/oauth/revoke', { token, ...shop.credentials })).status).toBe(200);
    }
  });

  it('answer for a token of POST /sessions to its own application', async () => {
    const ours = await newClient(server, { firstParty: true });
    const person = await newPerson(server);
    const token = await signIn(server, person, { application_id: ours.uid });
    const { sub } = claimsOf(token);
    expect((await introspect(token, ours)).body).toMatchObject({ active: true, sub, client_id: ours.uid });
    expect((await introspect(token, other)).body).toEqual({ active: false });
    await postForm(server, '/oauth/revoke', { token, ...ours.credentials });
    expect((await introspect(token, ours)).body).toEqual({ active: false });
    expect(await at('/api/v1/accounts/me', token)).toBe(401);
  });
});

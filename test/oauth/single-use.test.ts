import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person } from '../support/client.js';
import {
  authorize,
  INVALID_GRANT,
  newClient,
  redeemCode,
  refresh,
  said,
  type TestClient,
  tokensFor,
  type TokenAnswer,
} from './flow.js';

let server: TestApp;
let person: Person;
let spa: TestClient;
let shop: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  spa = await newClient(server, { kind: 'public', grantTypes: ['authorization_code', 'refresh_token'] });
  shop = await newClient(server, {});
});
afterAll(() => server.close());

const OFFLINE = { scope: 'openid offline_access account:read', prompt: 'consent' };
const api = async (token: unknown) =>
  (await call(server, 'GET', '/api/v1/accounts/me', { token: String(token) })).status;
const inParallel = (work: () => Promise<TokenAnswer>) => Promise.all(Array.from({ length: 20 }, work));

/** Moves the first use of every refresh token into the past, as if so many seconds had gone by. */
const laterBy = (seconds: number) =>
  server.sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - make_interval(secs => $1)
    WHERE model = 'RefreshToken' AND consumed_at IS NOT NULL`,
    [seconds],
  );

/** However slow this machine is, the twenty requests are parallel ones: a first use lies ahead of all of them. */
const holdTime = () =>
  server.sql(`
    CREATE FUNCTION use_later() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.consumed_at := NEW.consumed_at + interval '1 minute'; RETURN NEW; END $$;
    CREATE TRIGGER use_later BEFORE UPDATE ON oidc_records FOR EACH ROW
      WHEN (OLD.consumed_at IS NULL AND NEW.consumed_at IS NOT NULL) EXECUTE FUNCTION use_later()`);

describe('an authorization code', () => {
  it('is good for one of twenty parallel requests (C-34, C-35)', async () => {
    const authorized = await authorize(server, spa, person);
    const answers = await inParallel(() => redeemCode(server, spa, authorized));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(said(answer)).toEqual(INVALID_GRANT);
  });

  it('used again takes back what it gave (C-34)', async () => {
    const authorized = await authorize(server, spa, person, OFFLINE);
    const { body } = await redeemCode(server, spa, authorized);
    expect(await api(body.access_token)).toBe(200);
    expect(said(await redeemCode(server, spa, authorized))).toEqual(INVALID_GRANT);
    expect(await api(body.access_token)).toBe(401);
    expect(said(await refresh(server, spa, body.refresh_token))).toEqual(INVALID_GRANT);
  });

  it('is bound to its client and its redirect URI, and no wrong attempt burns it (C-34, C-37)', async () => {
    const other = 'https://shop.example/other';
    const client = await newClient(server, { redirectUris: ['https://shop.example/callback', other] });
    const authorized = await authorize(server, client, person);
    for (const attempt of [
      () => redeemCode(server, spa, authorized),
      () => redeemCode(server, shop, authorized),
      () => redeemCode(server, client, authorized, { redirect_uri: other }),
      () => redeemCode(server, client, authorized, { code_verifier: 'a'.repeat(43) }),
      () => redeemCode(server, client, authorized, { code_verifier: authorized.verifier.toUpperCase() }),
    ]) {
      expect(said(await attempt())).toEqual(INVALID_GRANT);
    }
    for (const code_verifier of ['', 'short', 'a'.repeat(129)]) {
      expect((await redeemCode(server, client, authorized, { code_verifier })).status).toBe(400);
    }
    expect((await redeemCode(server, client, authorized, { client_secret: 'wrong' })).status).toBe(401);
    expect((await redeemCode(server, client, authorized)).status).toBe(200);
  });

  it('is dead after a minute', async () => {
    const authorized = await authorize(server, spa, person);
    const [row] = await server.sql<{ left: number }>(
      `SELECT max(extract(epoch FROM expires_at - created_at))::int AS left FROM oidc_records WHERE model = 'AuthorizationCode'`,
    );
    expect(row?.left).toBe(60);
    await server.sql(`UPDATE oidc_records SET expires_at = now() WHERE model = 'AuthorizationCode'`);
    expect(said(await redeemCode(server, spa, authorized))).toEqual(INVALID_GRANT);
  });
});

describe('a refresh token of a public client', () => {
  const family = async () => (await tokensFor(server, spa, person, OFFLINE)).tokens;

  it('is replaced at every use', async () => {
    const first = await family();
    const second = await refresh(server, spa, first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(await api(second.body.access_token)).toBe(200);
    expect((await refresh(server, spa, second.body.refresh_token)).status).toBe(200);
  });

  it('is good for one of twenty parallel requests, and its successor lives (C-36)', async () => {
    const { refresh_token } = await family();
    await holdTime();
    const answers = await inParallel(() => refresh(server, spa, refresh_token));
    await server.sql('DROP FUNCTION use_later CASCADE');
    const won = answers.filter(({ status }) => status === 200);
    const successors = new Set(won.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(said(answer)).toEqual(INVALID_GRANT);
    expect(won).toHaveLength(1);
    expect((await refresh(server, spa, [...successors][0])).status).toBe(200);
  });

  it('gives the very same successor to a client that lost the answer (C-36)', async () => {
    const { refresh_token } = await family();
    const lost = await refresh(server, spa, refresh_token);
    await laterBy(5);
    const again = await refresh(server, spa, refresh_token);
    expect(again.status).toBe(200);
    expect(again.body.refresh_token).toBe(lost.body.refresh_token);
    expect((await refresh(server, spa, again.body.refresh_token)).status).toBe(200);
  });

  it('used after ten seconds ends its family (C-36)', async () => {
    const { refresh_token } = await family();
    const next = await refresh(server, spa, refresh_token);
    await laterBy(11);
    expect(said(await refresh(server, spa, refresh_token))).toEqual(INVALID_GRANT);
    expect(said(await refresh(server, spa, next.body.refresh_token))).toEqual(INVALID_GRANT);
    expect(await api(next.body.access_token)).toBe(401);
  });

  it('used when its successor was used already ends its family', async () => {
    const { refresh_token } = await family();
    const next = await refresh(server, spa, refresh_token);
    const last = await refresh(server, spa, next.body.refresh_token);
    await laterBy(5);
    expect(said(await refresh(server, spa, refresh_token))).toEqual(INVALID_GRANT);
    expect(said(await refresh(server, spa, last.body.refresh_token))).toEqual(INVALID_GRANT);
  });

  it('belongs to its client, and its scope can only shrink (C-36)', async () => {
    const { refresh_token } = await family();
    expect(said(await refresh(server, shop, refresh_token))).toEqual(INVALID_GRANT);
    const wider = await refresh(server, spa, refresh_token, { scope: 'openid account:read labels:write' });
    expect(said(wider)).toEqual([400, 'invalid_scope']);
    const less = await refresh(server, spa, refresh_token, { scope: 'openid' });
    expect([less.status, less.body.scope]).toEqual([200, 'openid']);
    expect(await api(less.body.access_token)).toBe(403);
  });
});

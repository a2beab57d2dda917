import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outbox, type OutboxMail } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { INVALID_GRANT, newClient, postForm, refresh, said, type TestClient, tokensFor } from './flow.js';

const OFFLINE = { scope: 'openid offline_access account:read', prompt: 'consent' };
const ACTION = 'oauth.refresh_token_reused';

let server: TestApp;
let shop: TestClient;
let other: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  shop = await newClient(server, { name: 'Corner Shop' });
  other = await newClient(server, { name: 'Other' });
});
afterAll(() => server.close());

interface Family {
  uid: string;
  email: string;
  /** Used once. */
  old: unknown;
  next: unknown;
  accessToken: string;
}

/** Two refresh tokens, the first of which was used so many seconds ago. */
async function family(secondsAgo: number): Promise<Family> {
  const { email, ...person } = await newPerson(server);
  const { tokens } = await tokensFor(server, shop, { email, ...person }, OFFLINE);
  const { body } = await refresh(server, shop, tokens.refresh_token);
  await server.sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - make_interval(secs => $1)
     WHERE model = 'RefreshToken' AND consumed_at IS NOT NULL`,
    [secondsAgo],
  );
  const accessToken = String(body.access_token);
  return {
    uid: String(claimsOf(accessToken).sub),
    email,
    old: tokens.refresh_token,
    next: body.refresh_token,
    accessToken,
  };
}

const entriesOf = ({ uid }: Family) =>
  server.sql<{ actor_uid: string | null; details: object; ip: string; request_id: string }>(
    'SELECT actor_uid, details, ip, request_id FROM audit_entries WHERE target = $1 AND action = $2',
    [uid, ACTION],
  );

async function warningsTo({ email }: Family): Promise<OutboxMail[]> {
  await jobsDone(server);
  return (await outbox(server, email)).filter(({ subject }) => subject === 'Access of an application was ended');
}

const api = async ({ accessToken: token }: Family) =>
  (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;

async function expectUntold(all: Family): Promise<void> {
  expect(await entriesOf(all)).toEqual([]);
  expect(await warningsTo(all)).toEqual([]);
  expect(await api(all)).toBe(200);
}

describe('a refresh token used again too late (C-36)', () => {
  it('ends its family, on record, and the owner is told', async () => {
    const all = await family(11);
    expect(said(await refresh(server, shop, all.old))).toEqual(INVALID_GRANT);
    expect(await entriesOf(all)).toEqual([
      { actor_uid: null, details: { application: shop.uid }, ip: '127.0.0.1', request_id: expect.stringMatching(/./) },
    ]);
    const [mail, ...more] = await warningsTo(all);
    expect(more).toEqual([]);
    expect(mail?.text).toContain('old key of Corner Shop');
    expect(mail?.text).toContain('change your password');
    expect(await api(all)).toBe(401);
    expect(said(await refresh(server, shop, all.next))).toEqual(INVALID_GRANT);
  });

  it('does so once, however often and from however many places it comes', async () => {
    const all = await family(11);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(server, shop, all.old)));
    for (const answer of [...answers, await refresh(server, shop, all.old)]) {
      expect(said(answer)).toEqual(INVALID_GRANT);
    }
    expect(await entriesOf(all)).toHaveLength(1);
    expect(await warningsTo(all)).toHaveLength(1);
    expect(await api(all)).toBe(401);
  });

  it('does all of it or nothing, and then the next time', async () => {
    const all = await family(11);
    await server.sql(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION fail()`);
    const failed = await refresh(server, shop, all.old);
    await server.sql('DROP FUNCTION fail CASCADE');
    expect(failed.status).toBeGreaterThanOrEqual(500);
    await expectUntold(all);
    expect(said(await refresh(server, shop, all.old))).toEqual(INVALID_GRANT);
    expect(await entriesOf(all)).toHaveLength(1);
    expect(await warningsTo(all)).toHaveLength(1);
    expect(await api(all)).toBe(401);
  });
});

describe('nobody is warned', () => {
  it('when a client asks again because it lost the answer', async () => {
    const all = await family(5);
    expect((await refresh(server, shop, all.old)).status).toBe(200);
    await expectUntold(all);
  });

  it('when the application only asks about an old token', async () => {
    const all = await family(11);
    const question = { token: String(all.old), ...shop.credentials };
    expect((await postForm(server, '/oauth/introspect', question)).body).toEqual({ active: false });
    await expectUntold(all);
  });

  it('when somebody shows it who is not its application: nobody can end what is of another', async () => {
    const all = await family(11);
    expect(said(await refresh(server, other, all.old))).toEqual(INVALID_GRANT);
    expect((await refresh(server, { ...shop, credentials: { client_id: shop.uid } }, all.old)).status).toBe(401);
    await expectUntold(all);
  });

  it('when the application gives up its access itself, with an old token or a new one', async () => {
    for (const which of ['old', 'next'] as const) {
      const all = await family(11);
      await postForm(server, '/oauth/revoke', { token: String(all[which]), ...shop.credentials });
      expect(await entriesOf(all)).toEqual([]);
      expect(await warningsTo(all)).toEqual([]);
    }
  });
});

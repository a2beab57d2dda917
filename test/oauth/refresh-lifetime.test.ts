import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OidcRecords } from '../../src/oauth/oidc-records.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { newPerson, type Person } from '../support/client.js';
import { INVALID_GRANT, newClient, refresh, said, type TestClient, tokensFor } from './flow.js';

const DAY = 86_400;
const MODEL = 'RefreshToken';

let server: TestApp;
let person: Person;
let client: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  client = await newClient(server);
});
afterAll(() => server.close());

const newToken = async (): Promise<string> => {
  const parameters = { scope: 'openid offline_access account:read', prompt: 'consent' };
  return String((await tokensFor(server, client, person, parameters)).tokens.refresh_token);
};

/** What is stored of a token, in seconds from now. */
async function timesOf(token: string): Promise<{ end: number; rowEnd: number }> {
  const record = await server.app.get(OidcRecords, { strict: false }).find(MODEL, token);
  const [row] = await server.sql<{ left: number }>(
    `SELECT extract(epoch FROM expires_at - now())::float8 AS left FROM oidc_records
     WHERE model = $1 AND consumed_at IS NULL ORDER BY created_at DESC LIMIT 1`,
    [MODEL],
  );
  return { end: (record?.payload.exp ?? 0) - Date.now() / 1000, rowEnd: row?.left ?? 0 };
}

/** Moves all times of a token into the past, as if so many days had gone by. Its grant stays as young as it is. */
async function age(token: string, days: number): Promise<void> {
  const records = server.app.get(OidcRecords, { strict: false });
  const payload = (await records.find(MODEL, token))?.payload;
  if (!payload) throw new Error('no such token');
  const { iat = 0, exp = 0, iiat = 0 } = payload as { iat?: number; exp?: number; iiat?: number };
  const by = days * DAY;
  const aged = { ...payload, iat: iat - by, exp: exp - by, iiat: iiat - by };
  await records.upsert(MODEL, token, aged, exp - by - Math.floor(Date.now() / 1000));
}

const next = async (token: string): Promise<string> => {
  const answer = await refresh(server, client, token);
  expect(said(answer)).toEqual([200, 'ok']);
  return String(answer.body.refresh_token);
};

/** Within ten minutes, for slow machines. */
const expectDaysLeft = async (token: string, days: number): Promise<void> => {
  const { end, rowEnd } = await timesOf(token);
  for (const left of [end, rowEnd]) {
    expect(left).toBeLessThanOrEqual(days * DAY + 1);
    expect(left).toBeGreaterThan(days * DAY - 600);
  }
};

describe('the life of a refresh token (C-36)', () => {
  it('is 14 days, and each use gives another 14', async () => {
    const token = await newToken();
    await expectDaysLeft(token, 14);
    await age(token, 13);
    await expectDaysLeft(await next(token), 14);
  });

  it('is over when it was not used for 14 days', async () => {
    const token = await newToken();
    await age(token, 14.001);
    expect(said(await refresh(server, client, token))).toEqual(INVALID_GRANT);
  });

  it('ends 90 days after the first one, however often it was used', async () => {
    let token = await newToken();
    for (let day = 13; day <= 78; day += 13) {
      await age(token, 13);
      token = await next(token);
    }
    await expectDaysLeft(token, 12);
    await age(token, 11);
    token = await next(token);
    await expectDaysLeft(token, 1);
    await age(token, 1.001);
    expect(said(await refresh(server, client, token))).toEqual(INVALID_GRANT);
  });
});

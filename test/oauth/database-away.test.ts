import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { newPerson } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { authorize, newClient, postForm, redeemCode, requestOf } from './flow.js';

let database: TestDatabase;
let proxy: DatabaseProxy;
let server: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startDatabaseProxy(database.url);
  server = await startApp({ RATE_LIMITS: 'off', DATABASE_URL: proxy.url });
});
afterAll(async () => {
  await server.close();
  await proxy.cut();
  await database.drop();
});

describe('while the database is away (C-35, C-43)', () => {
  it('OAuth says 503 and when to come back, and gives nothing away', async () => {
    const client = await newClientOnOwnDatabase();
    const { person, authorized, url } = client;
    await proxy.cut();
    const token = 'x';
    const answers = [
      await redeemCode(server, client.shop, authorized),
      await postForm(server, '/oauth/introspect', { token, ...client.shop.credentials }),
      await postForm(server, '/oauth/revoke', { token, ...client.shop.credentials }),
      await postForm(server, '/oauth/par', { scope: 'openid', ...client.shop.credentials }),
      await postForm(server, '/oauth/device/authorization', client.shop.credentials),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
      expect(headers.get('retry-after')).toMatch(/^[1-9]$/);
    }
    const page = await fetch(url, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[1-9]$/)]);
    expect((await fetch(`${server.url}/.well-known/openid-configuration`)).status).toBe(200);
    expect(person.email).toBeDefined();
    await proxy.mend();
  });
});

async function newClientOnOwnDatabase() {
  const shop = await newClient(server);
  const person = await newPerson(server);
  const authorized = await authorize(server, shop, person);
  return { shop, person, authorized, url: (await requestOf(shop)).url };
}

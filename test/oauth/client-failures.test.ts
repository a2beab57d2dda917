import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, type Answer } from '../support/client.js';
import { newClient, type TestClient } from './flow.js';

let server: TestApp;
let client: TestClient;
let other: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' });
  const grantTypes = ['client_credentials'];
  [client, other] = [
    await newClient(server, { grantTypes, redirectUris: [], scopes: ['account:read'] }),
    await newClient(server, { grantTypes, redirectUris: [], scopes: ['account:read'] }),
  ];
});
afterAll(() => server.close());

const ask = (
  { uid }: TestClient,
  secret: string,
  ip: string,
  path = '/oauth/token',
): Promise<Answer<{ error?: string }>> =>
  call(server, 'POST', path, {
    headers: { 'x-forwarded-for': ip },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: uid, client_secret: secret, token: 'x' }),
  });

describe('wrong secrets of an application (C-42)', () => {
  it('are few: after ten the network waits, the right secret too, and nobody else does', async () => {
    const secret = client.secret ?? '';
    for (let n = 0; n < 10; n += 1) {
      const path = n % 2 ? '/oauth/token' : '/oauth/introspect';
      expect((await ask(client, `wrong ${n}`, '198.51.100.7', path)).status).toBe(401);
    }
    const refused = await ask(client, secret, '198.51.100.7');
    expect([refused.status, refused.body.error]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(client, secret, '198.51.100.7', '/oauth/introspect')).status).toBe(429);

    expect((await ask(client, secret, '198.51.100.8')).status).toBe(200);
    expect((await ask(other, other.secret ?? '', '198.51.100.7')).status).toBe(200);
  });

  it('count for all of an IPv6 subscriber, and right ones count nothing', async () => {
    for (let n = 0; n < 12; n += 1) expect((await ask(other, other.secret ?? '', '2001:db8:1:2::1')).status).toBe(200);
    for (let n = 0; n < 10; n += 1) await ask(other, 'wrong', `2001:db8:1:2::${n}`);
    expect((await ask(other, other.secret ?? '', '2001:db8:1:2:ffff::9')).status).toBe(429);
    expect((await ask(other, other.secret ?? '', '2001:db8:1:3::1')).status).toBe(200);
  });
});

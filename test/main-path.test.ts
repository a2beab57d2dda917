import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from './support/app.js';
import { call, messageTo, tokenIn } from './support/client.js';

describe('the main path', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(() => server.close());

  it('leads from sign-up to a token that opens the account', async () => {
    const alice = { email: 'alice@example.com', password: 'correct horse battery' };
    const signUp = await call(server, 'POST', '/api/v1/accounts', { body: alice });
    expect([signUp.status, signUp.body]).toEqual([201, null]);

    const confirmation_token = tokenIn(await messageTo(server, alice.email), 'confirmation_token');
    const confirm = await call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token } });
    expect([confirm.status, confirm.body]).toEqual([201, null]);

    const body = { ...alice, application_id: LOCAL_DEMO };
    const session = await call<string>(server, 'POST', '/api/v1/sessions', { body });
    expect(session.status).toBe(201);

    const me = await call<object>(server, 'GET', '/api/v1/accounts/me', { token: session.body });
    expect(me.status).toBe(200);
    expect(me.body).toEqual({
      uid: expect.stringMatching(/^ID[0-9A-F]{10}$/),
      email: alice.email,
      role: 'member',
      level: 1,
      state: 'active',
      otp_enabled: false,
    });
  });
});

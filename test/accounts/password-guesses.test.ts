import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, newPerson, outbox, outcome, signIn, tokenIn } from '../support/client.js';

const DEAD = [401, 'The access token is invalid'];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'on' });
});
afterAll(() => server.close());

describe('guesses of somebody who is signed in', () => {
  it('end that session after five, and no other (C-16)', async () => {
    const person = await newPerson(server);
    const [thief, owner] = [await signIn(server, person), await signIn(server, person)];
    const guess = () =>
      call(server, 'PUT', '/api/v1/accounts/password', {
        token: thief,
        body: { old_password: 'not the password', new_password: 'quite another password' },
      });
    for (let tries = 0; tries < 5; tries++) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
    expect(outcome(await call(server, 'GET', '/api/v1/accounts/me', { token: thief }))).toEqual(DEAD);
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: owner })).status).toBe(200);
  });
});

describe('a link that resets a password', () => {
  it('takes ten passwords in a quarter of an hour', async () => {
    const person = await newPerson(server);
    const path = '/api/v1/security/reset_password';
    await call(server, 'POST', path, { body: { email: person.email } });
    const mail = await eventually(async () =>
      (await outbox(server, person.email)).find(({ subject }) => subject === 'Reset your password'),
    );
    const reset_password_token = tokenIn(mail, 'reset_password_token');
    const redeem = (password: string) => call(server, 'PUT', path, { body: { reset_password_token, password } });
    for (let tries = 0; tries < 10; tries++) expect((await redeem('password1')).status).toBe(422);
    expect((await redeem('quite another password')).status).toBe(429);
  });
});

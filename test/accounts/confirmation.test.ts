import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, messageTo, newPerson, outbox, outcome, tokenIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { jobsDone } from '../support/jobs.js';
import { rowCounts } from '../support/rows.js';

const PASSWORD = 'a long enough password';
const INVALID = [422, ['Confirmation token is invalid']];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

let pending = 0;
async function signedUp(): Promise<{ email: string; token: string }> {
  pending += 1;
  const email = `pending${pending}@example.com`;
  await call(server, 'POST', '/api/v1/accounts', { body: { email, password: PASSWORD } });
  return { email, token: tokenIn(await messageTo(server, email), 'confirmation_token') };
}
const confirm = (body: unknown) => call(server, 'POST', '/api/v1/accounts/confirm', { body });
const resend = (body: unknown) => call(server, 'POST', '/api/v1/accounts/send_confirmation_instructions', { body });
const account = async (email: string) =>
  (await server.sql('SELECT state, level FROM accounts WHERE email = $1', [email]))[0];

describe('confirming an address', () => {
  it.each(ENCODINGS)('by %s makes the account active, of level 1', async (_, encode) => {
    const { email, token } = await signedUp();
    expect(outcome(await confirm(encode({ confirmation_token: token })))).toEqual([201, null]);
    expect(await account(email)).toEqual({ state: 'active', level: 1 });
  });

  it('works once, also under twenty parallel uses (C-26, C-80)', async () => {
    const { email, token } = await signedUp();
    const answers = await Promise.all(Array.from({ length: 20 }, () => confirm({ confirmation_token: token })));
    const outcomes = answers.map(outcome);
    expect(outcomes.filter(([status]) => status === 201)).toEqual([[201, null]]);
    expect(outcomes.filter(([status]) => status !== 201)).toEqual(Array.from({ length: 19 }, () => INVALID));
    expect(await account(email)).toEqual({ state: 'active', level: 1 });
  });

  it('refuses unknown, used and expired tokens alike (C-04)', async () => {
    const used = await signedUp();
    await confirm({ confirmation_token: used.token });
    const expired = await signedUp();
    await server.sql(
      `UPDATE email_confirmations SET expires_at = now() - interval '1 second'
       FROM accounts WHERE accounts.id = account_id AND email = $1`,
      [expired.email],
    );
    const tokens = [
      used.token,
      expired.token,
      randomBytes(32).toString('base64url'),
      'x',
      'x'.repeat(10_000),
      42,
      '\0',
    ];
    for (const confirmation_token of tokens) {
      const answer = await confirm({ confirmation_token });
      expect(outcome(answer)).toEqual(INVALID);
      expect(answer.body).toMatchObject({ code: 'confirmation_token.invalid' });
    }
    expect(await account(expired.email)).toEqual({ state: 'pending', level: 0 });
  });

  it('asks for a token that is a text', async () => {
    expect(outcome(await confirm({}))).toEqual([400, 'confirmation_token is missing']);
    for (const blank of ['', '  ', null]) {
      expect(outcome(await confirm({ confirmation_token: blank }))).toEqual([400, 'confirmation_token is empty']);
    }
    for (const odd of [['x'], { $ne: '' }, true]) {
      expect(outcome(await confirm({ confirmation_token: odd }))).toEqual([400, 'confirmation_token is invalid']);
    }
  });

  it('takes the newest link only (C-26)', async () => {
    const { email, token } = await signedUp();
    expect(outcome(await resend({ email }))).toEqual([201, null]);
    const newer = tokenIn(await messageTo(server, email, 2), 'confirmation_token');
    expect(outcome(await confirm({ confirmation_token: token }))).toEqual(INVALID);
    expect(outcome(await confirm({ confirmation_token: newer }))).toEqual([201, null]);
  });

  it('does not sign in, nor lift a ban, nor lower a level', async () => {
    const { email, token } = await signedUp();
    await server.sql(`UPDATE accounts SET state = 'banned', level = 3 WHERE email = $1`, [email]);
    expect(outcome(await confirm({ confirmation_token: token }))).toEqual([201, null]);
    expect(await account(email)).toEqual({ state: 'banned', level: 3 });
  });

  it('is what a sign-in waits for', async () => {
    const { email, token } = await signedUp();
    const signIn = () =>
      call(server, 'POST', '/api/v1/sessions', { body: { email, password: PASSWORD, application_id: LOCAL_DEMO } });
    expect(outcome(await signIn())).toEqual([401, 'You have to confirm your email address before continuing']);
    await confirm({ confirmation_token: token });
    expect((await signIn()).status).toBe(201);
  });
});

describe('asking for the link again', () => {
  it('answers alike whoever asks, and writes only to a pending owner (C-04)', async () => {
    const waiting = await signedUp();
    const confirmed = await newPerson(server);
    const banned = await signedUp();
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE email = $1`, [banned.email]);
    const addresses = [waiting.email, confirmed.email, banned.email, 'unknown@example.com', 'nonsense', 42];
    for (const email of [...addresses, 'nul\0@example.com', 'half\ud83d@example.com', 'a'.repeat(10_000)]) {
      expect(outcome(await resend({ email }))).toEqual([201, null]);
    }
    await jobsDone(server);
    const counts = [waiting.email, confirmed.email, banned.email, 'unknown@example.com'].map(
      async (email) => (await outbox(server, email)).length,
    );
    expect(await Promise.all(counts)).toEqual([2, 1, 1, 0]);
  });

  it.each(ENCODINGS)(
    'by %s finds the account by any spelling, and writes to the stored one (C-07)',
    async (_, encode) => {
      const { email } = await signedUp();
      expect(outcome(await resend(encode({ email: ` ${email.toUpperCase()} ` })))).toEqual([201, null]);
      expect(tokenIn(await messageTo(server, email, 2), 'confirmation_token')).toHaveLength(43);
    },
  );

  it('asks for an address, and leaves nothing behind without one', async () => {
    const before = await rowCounts(server);
    expect(outcome(await resend({}))).toEqual([400, 'email is missing']);
    for (const blank of ['', ' ', null])
      expect(outcome(await resend({ email: blank }))).toEqual([400, 'email is empty']);
    for (const odd of [['a@b.com'], { a: 1 }, false]) {
      expect(outcome(await resend({ email: odd }))).toEqual([400, 'email is invalid']);
    }
    expect(await rowCounts(server)).toEqual(before);
  });
});

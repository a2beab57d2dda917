import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import {
  call,
  claimsOf,
  messageTo,
  newPerson,
  outbox,
  outcome,
  type Person,
  signIn,
  tokenIn,
} from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { jobsDone } from '../support/jobs.js';
import { rowCounts } from '../support/rows.js';

const PATH = '/api/v1/security/reset_password';
const NEW = 'quite another password';
const UNKNOWN = [404, 'Record is not found'];
const DEAD = [401, 'The access token is invalid'];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const request = (body: unknown) => call(server, 'POST', PATH, { body });
const redeem = (body: unknown) => call(server, 'PUT', PATH, { body });
const me = (token: string) => call(server, 'GET', '/api/v1/accounts/me', { token });
const trySignIn = (email: string, password: string) =>
  call(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: LOCAL_DEMO } });

/** Asks for a link and waits for it. */
async function tokenFor(email: string): Promise<string> {
  const before = (await outbox(server, email)).length;
  await request({ email });
  return tokenIn(await messageTo(server, email, before + 1), 'reset_password_token');
}

async function forgetful(): Promise<[Person, string]> {
  const person = await newPerson(server);
  return [person, await tokenFor(person.email)];
}

describe('asking for a link', () => {
  it('answers alike whoever asks, and writes only to owners (C-03)', async () => {
    const known = await newPerson(server);
    const banned = await newPerson(server);
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE email = $1`, [banned.email]);
    const addresses = [known.email, banned.email, 'unknown@example.com', 'nonsense', 42, 'nul\0@example.com'];
    const seen = [];
    for (const email of [...addresses, 'half\ud83d@example.com', 'a'.repeat(10_000), '%', '*']) {
      const { status, headers, body } = await request({ email });
      seen.push({ status, body, headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)) });
    }
    expect(seen[0]).toMatchObject({ status: 201, body: null });
    for (const other of seen) expect(other).toEqual(seen[0]);

    await jobsDone(server);
    const counts = [known.email, banned.email, 'unknown@example.com'].map(
      async (to) => (await outbox(server, to)).length,
    );
    expect(await Promise.all(counts)).toEqual([2, 1, 0]);
  });

  it.each(ENCODINGS)(
    'by %s finds the account by any spelling, and writes to the stored one (C-07)',
    async (_, encode) => {
      const { email } = await newPerson(server);
      expect(outcome(await request(encode({ email: ` ${email.toUpperCase()} ` })))).toEqual([201, null]);
      const mail = await messageTo(server, email, 2);
      expect(mail.subject).toBe('Reset your password');
      expect(mail.text).toMatch(new RegExp(`${server.url}/reset-password\\?reset_password_token=[\\w-]{43}\n`));
    },
  );

  it('asks for an address, and leaves nothing behind without one', async () => {
    const before = await rowCounts(server);
    expect(outcome(await request({}))).toEqual([400, 'email is missing']);
    for (const blank of ['', ' ', null])
      expect(outcome(await request({ email: blank }))).toEqual([400, 'email is empty']);
    for (const odd of [['a@b.com'], { $ne: '' }, true]) {
      expect(outcome(await request({ email: odd }))).toEqual([400, 'email is invalid']);
    }
    expect(await rowCounts(server)).toEqual(before);
  });

  it('ends nothing yet, and keeps only the hash of the token for half an hour (C-24)', async () => {
    const person = await newPerson(server);
    const session = await signIn(server, person);
    const token = await tokenFor(person.email);
    expect((await me(session)).status).toBe(200);
    const [row] = await server.sql<{ token_hash: Buffer; minutes: string }>(
      `SELECT token_hash, extract(epoch FROM password_resets.expires_at - now()) / 60 AS minutes
       FROM password_resets JOIN accounts ON accounts.id = account_id WHERE email = $1`,
      [person.email],
    );
    expect(row.token_hash).toHaveLength(32);
    expect(row.token_hash.toString('base64url')).not.toBe(token);
    expect(Math.round(Number(row.minutes))).toBe(30);
  });
});

describe('a new password', () => {
  it.each(ENCODINGS)('by %s holds at once; the old one and every token are dead (C-24)', async (_, encode) => {
    const [person, token] = await forgetful();
    const session = await signIn(server, person);
    const answer = await redeem(encode({ reset_password_token: token, password: NEW }));
    expect(outcome(answer)).toEqual([200, null]);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(outcome(await me(session))).toEqual(DEAD);
    expect(outcome(await trySignIn(person.email, person.password))).toEqual([401, '401 Unauthorized']);

    const fresh = await signIn(server, { ...person, password: NEW });
    const list = await call<{ id: string }[]>(server, 'GET', '/api/v1/sessions', { token: fresh });
    expect(list.body.map(({ id }) => id)).toEqual([claimsOf(fresh).sid]);
    expect(await server.sql('SELECT 1 FROM sessions WHERE id = $1', [claimsOf(session).sid])).toHaveLength(1);
    expect((await messageTo(server, person.email, 3)).subject).toBe('Your password was changed');
  });

  it('does not confirm the address, turn two-factor off or lift a lock', async () => {
    const email = 'unconfirmed@example.com';
    await call(server, 'POST', '/api/v1/accounts', { body: { email, password: 'the first password' } });
    await messageTo(server, email);
    const token = await tokenFor(email);
    await server.sql('UPDATE accounts SET otp_enabled = true WHERE email = $1', [email]);
    expect(outcome(await redeem({ reset_password_token: token, password: NEW }))).toEqual([200, null]);
    const [row] = await server.sql('SELECT state, level, otp_enabled FROM accounts WHERE email = $1', [email]);
    expect(row).toEqual({ state: 'pending', level: 0, otp_enabled: true });

    const [person, other] = await forgetful();
    await server.sql(`UPDATE accounts SET state = 'locked' WHERE email = $1`, [person.email]);
    expect(outcome(await redeem({ reset_password_token: other, password: NEW }))).toEqual([200, null]);
    expect(outcome(await trySignIn(person.email, NEW))).toEqual([401, 'Your account is locked']);
  });

  it('that is weak is refused, and the token stays good (C-24)', async () => {
    const [person, reset_password_token] = await forgetful();
    const weak: [string, string][] = [
      ['1234567', 'Password is too short (minimum is 8 characters)'],
      ['xy0'.repeat(43), 'Password is too long (maximum is 128 characters)'],
      ['xy0'.repeat(3_000), 'Password is too long (maximum is 128 characters)'],
      ['password1', 'Password is too common'],
      [person.email, 'Password is too common'],
      ['nul\0 in the middle', 'Password is invalid'],
      ['half a pair \ud83d', 'Password is invalid'],
    ];
    for (const [password, error] of weak) {
      expect(outcome(await redeem({ reset_password_token, password }))).toEqual([422, [error]]);
    }
    expect(outcome(await redeem({ reset_password_token, password: NEW }))).toEqual([200, null]);
  });

  it.each<[object, string]>([
    [{}, 'reset_password_token is missing, password is missing'],
    [{ password: NEW }, 'reset_password_token is missing'],
    [{ reset_password_token: ' ', password: null }, 'reset_password_token is empty, password is empty'],
    [{ reset_password_token: ['x'], password: [NEW] }, 'reset_password_token is invalid, password is invalid'],
    [{ reset_password_token: 'x', password: 12345678 }, 'password is invalid'],
  ])('%j is refused', async (body, error) => {
    expect(outcome(await redeem(body))).toEqual([400, error]);
  });
});

describe('a token', () => {
  it('that is unknown, used, expired or of a banned account is answered alike (C-24)', async () => {
    const [, used] = await forgetful();
    await redeem({ reset_password_token: used, password: NEW });
    const [late, expired] = await forgetful();
    await server.sql(
      `UPDATE password_resets SET expires_at = now() - interval '1 second'
       FROM accounts WHERE accounts.id = account_id AND email = $1`,
      [late.email],
    );
    const [villain, banned] = await forgetful();
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE email = $1`, [villain.email]);
    const unknown = [randomBytes(32).toString('base64url'), 'x', 'x'.repeat(10_000), 42, 'nul\0'];
    for (const reset_password_token of [used, expired, banned, ...unknown]) {
      for (const password of [NEW, 'short']) {
        const answer = await redeem({ reset_password_token, password });
        expect(outcome(answer)).toEqual(UNKNOWN);
        expect(answer.body).toMatchObject({ code: 'reset_password_token.not_found' });
      }
    }
  });

  it('ends the one before it (C-24)', async () => {
    const [person, older] = await forgetful();
    const newer = await tokenFor(person.email);
    expect(outcome(await redeem({ reset_password_token: older, password: NEW }))).toEqual(UNKNOWN);
    expect(outcome(await redeem({ reset_password_token: newer, password: NEW }))).toEqual([200, null]);
  });

  it('dies when the password is changed (C-16)', async () => {
    const [person, token] = await forgetful();
    const body = { old_password: person.password, new_password: 'changed in the meantime' };
    await call(server, 'PUT', '/api/v1/accounts/password', { token: await signIn(server, person), body });
    expect(outcome(await redeem({ reset_password_token: token, password: NEW }))).toEqual(UNKNOWN);
    await signIn(server, { ...person, password: body.new_password });
  });

  it('does not open what another kind of token opens', async () => {
    const email = 'two-kinds@example.com';
    await call(server, 'POST', '/api/v1/accounts', { body: { email, password: 'the first password' } });
    const confirmation = tokenIn(await messageTo(server, email), 'confirmation_token');
    const reset = await tokenFor(email);
    expect(outcome(await redeem({ reset_password_token: confirmation, password: NEW }))).toEqual(UNKNOWN);
    const confirm = await call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token: reset } });
    expect(outcome(confirm)).toEqual([422, ['Confirmation token is invalid']]);
  });

  it('sets one of twenty passwords that come at once (C-80)', async () => {
    const [person, reset_password_token] = await forgetful();
    const passwords = Array.from({ length: 20 }, (_, n) => `the wish of number ${n}`);
    const answers = await Promise.all(passwords.map((password) => redeem({ reset_password_token, password })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(outcome(answer)).toEqual(UNKNOWN);
    const winner = passwords[answers.findIndex(({ status }) => status === 200)] ?? '';
    await signIn(server, { ...person, password: winner });
    await jobsDone(server);
    const subjects = (await outbox(server, person.email)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject === 'Your password was changed')).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, messageTo, outbox, outcome } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { jobsDone } from '../support/jobs.js';
import { rowCounts } from '../support/rows.js';

const PATH = '/api/v1/accounts';
const PASSWORD = 'a long enough password';
const SHORT = 'Password is too short (minimum is 8 characters)';
const LONG = 'Password is too long (maximum is 128 characters)';
const COMMON = 'Password is too common';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const signUp = (body: unknown) => call(server, 'POST', PATH, { body });

describe('a sign-up', () => {
  it.each(ENCODINGS)('sent as %s makes a pending account and writes to its owner', async (name, encode) => {
    const email = `${name.replace(' ', '-')}@example.com`;
    const answer = await signUp(encode({ email, password: PASSWORD }));
    expect(outcome(answer)).toEqual([201, null]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const [row] = await server.sql('SELECT uid, role, state, level, otp_enabled FROM accounts WHERE email = $1', [
      email.toLowerCase(),
    ]);
    expect(row).toEqual({
      uid: expect.stringMatching(/^ID[0-9A-F]{10}$/),
      role: 'member',
      state: 'pending',
      level: 0,
      otp_enabled: false,
    });
    const mail = await messageTo(server, email.toLowerCase());
    expect(mail).toMatchObject({ channel: 'email', subject: 'Confirm your e-mail address' });
    expect(mail.text).toMatch(new RegExp(`${server.url}/confirm\\?confirmation_token=[A-Za-z0-9_-]{43}\n`));
  });

  it('takes nothing but e-mail and password from its sender (C-51)', async () => {
    const email = 'climber@example.com';
    const wishes = {
      role: 'admin',
      state: 'active',
      level: 3,
      otp_enabled: true,
      uid: 'ID0000000000',
      id: 1,
      confirmed_at: '2020-01-01',
      email_confirmed_at: '2020-01-01',
      account: { role: 'admin' },
    };
    expect(outcome(await signUp({ email, password: PASSWORD, ...wishes }))).toEqual([201, null]);
    const [row] = await server.sql('SELECT * FROM accounts WHERE email = $1', [email]);
    expect(row).toMatchObject({ role: 'member', state: 'pending', level: 0, otp_enabled: false });
    expect(row).toMatchObject({ email_confirmed_at: null });
    expect(row?.uid).not.toBe(wishes.uid);
  });

  it('keeps of the password only a peppered bcrypt hash, of the link only a hash (C-13, C-26)', async () => {
    const email = 'secrets@example.com';
    await signUp({ email, password: PASSWORD });
    const mail = await messageTo(server, email);
    const token = /confirmation_token=([\w-]+)/.exec(mail.text)?.[1] ?? '';
    const [row] = await server.sql<{ password_hash: string; token_hash: Buffer; hours: number }>(
      `SELECT password_hash, token_hash, extract(epoch FROM email_confirmations.expires_at - now()) / 3600 AS hours
       FROM credentials JOIN accounts ON accounts.id = account_id JOIN email_confirmations USING (account_id)
       WHERE email = $1`,
      [email],
    );
    expect(row?.password_hash).toMatch(/^v1\$1\$\$2b\$10\$/);
    expect(row?.token_hash).toHaveLength(32);
    expect(row?.token_hash.includes(token)).toBe(false);
    expect(Math.round(Number(row?.hours))).toBe(24);
  });
});

describe('a refused sign-up', () => {
  const email = 'refused@example.com';
  const taken = 'taken@example.com';
  beforeAll(async () => {
    await signUp({ email: taken, password: PASSWORD });
    await jobsDone(server);
  });

  it.each<[unknown, number, unknown]>([
    [{}, 400, 'email is missing, password is missing'],
    [{ password: PASSWORD }, 400, 'email is missing'],
    [{ email }, 400, 'password is missing'],
    [{ email: ['a@example.com'], password: PASSWORD }, 400, 'email is invalid'],
    [{ email: { $gt: '' }, password: PASSWORD }, 400, 'email is invalid'],
    [{ email: true, password: [PASSWORD] }, 400, 'email is invalid, password is invalid'],
    [{ password: { like: '%' } }, 400, 'email is missing, password is invalid'],
    [{ email, password: 1234567890123 }, 400, 'password is invalid'],
    [{ email, password: false }, 400, 'password is invalid'],
    [{ email: '', password: '' }, 422, [`Email can't be blank`, `Password can't be blank`]],
    [{ email: null, password: null }, 422, [`Email can't be blank`, `Password can't be blank`]],
    [{ email: ' \t ', password: PASSWORD }, 422, [`Email can't be blank`]],
    [{ email: 'nobody', password: 'short' }, 422, ['Email is invalid', SHORT]],
    [{ email: 42, password: PASSWORD }, 422, ['Email is invalid']],
    [{ email: taken, password: PASSWORD }, 422, ['Email has already been taken']],
    [{ email: taken, password: 'short' }, 422, ['Email has already been taken', SHORT]],
    [{ email, password: '1234567' }, 422, [SHORT]],
    [{ email, password: '\u{1f511}'.repeat(7) }, 422, [SHORT]],
    [{ email, password: 'password1' }, 422, [COMMON]],
    [{ email, password: 'PassWord1' }, 422, [COMMON]],
    [{ email, password: '\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff11' }, 422, [COMMON]],
    [{ email, password: '        ' }, 422, [COMMON]],
    [{ email, password: email }, 422, [COMMON]],
    [{ email, password: 'refused123' }, 422, [COMMON]],
    [{ email, password: 'barong2026' }, 422, [COMMON]],
    [{ email, password: 'nul\u0000 in the middle' }, 422, ['Password is invalid']],
    [{ email, password: 'half a pair \ud83d' }, 422, ['Password is invalid']],
  ])('says what is wrong with %j', async (body, status, error) => {
    const before = await rowCounts(server);
    expect(outcome(await signUp(body))).toEqual([status, error]);
    expect(await rowCounts(server)).toEqual(before);
  });

  it.each([
    ...['alice', '@example.com', 'alice@', 'alice@localhost', 'alice@@example.com', 'alice@bob@example.com'],
    ...['al ice@example.com', 'alice,bob@example.com', '"alice"@example.com', 'alice@exa mple.com', '.a@example.com'],
    ...['a..b@example.com', 'alice@-example.com', 'alice@example..com', 'alice@example.com.', 'alice@[127.0.0.1]'],
    ...[
      'alice@127.0.0.1',
      '<alice@example.com>',
      'alice@example.com\r\nBcc: bob@example.com',
      'al\u0131ce@example.com',
    ],
    ...[
      'alice\u0000@example.com',
      'alice\ud800@example.com',
      'al\u202eice@example.com',
      `${'a'.repeat(65)}@example.com`,
    ],
    ...[`alice@${'long.'.repeat(50)}example.com`, `${'a'.repeat(20_000)}@example.com`, '%@example.com%'],
  ])('does not take %j for an address (C-07)', async (address) => {
    expect(outcome(await signUp({ email: address, password: PASSWORD }))).toEqual([422, ['Email is invalid']]);
  });

  it('says the same of what is far too long (C-54)', async () => {
    for (const password of ['xy0'.repeat(43), 'xyz'.repeat(10_000)]) {
      expect(outcome(await signUp({ email, password }))).toEqual([422, [LONG]]);
    }
    for (const long of [
      `${'a'.repeat(65)}@example.com`,
      `a@${'b.'.repeat(130)}example.com`,
      `${'a'.repeat(20_000)}@b.com`,
    ]) {
      expect(outcome(await signUp({ email: long, password: 'short' }))).toEqual([422, ['Email is invalid', SHORT]]);
    }
  });

  it.each(ENCODINGS)('is told alike when sent as %s', async (_, encode) => {
    expect(outcome(await signUp(encode({ email: '', password: '' })))).toEqual([
      422,
      [`Email can't be blank`, `Password can't be blank`],
    ]);
    expect(outcome(await signUp(encode({ password: PASSWORD })))).toEqual([400, 'email is missing']);
  });

  it('carries a code and the id of the request (C-60)', async () => {
    const answer = await signUp({ email: 'nobody', password: PASSWORD });
    expect(answer.body).toEqual({
      error: ['Email is invalid'],
      code: 'account.invalid',
      request_id: answer.headers.get('x-request-id'),
    });
  });
});

describe('one address in other spellings', () => {
  it.each([
    ['  Mixed@Example.COM ', 'mixed@example.com', ['MIXED@EXAMPLE.COM', '\tmixed@example.com\n']],
    ['wide@example.com', 'wide@example.com', ['\uff57\uff49\uff44\uff45@example.com', 'wide\uff20example\uff0ecom']],
    ['x@b\u00fccher.example', 'x@xn--bcher-kva.example', ['x@bu\u0308cher.example', 'X@XN--BCHER-KVA.example']],
  ])('%j is one account, %s (C-07)', async (first, stored, variants) => {
    expect(outcome(await signUp({ email: first, password: PASSWORD }))).toEqual([201, null]);
    for (const email of variants) {
      expect(outcome(await signUp({ email, password: PASSWORD }))).toEqual([422, ['Email has already been taken']]);
    }
    await jobsDone(server);
    expect(await outbox(server, stored)).toHaveLength(1);
  });
});

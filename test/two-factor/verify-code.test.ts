import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, signIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import {
  codeOf,
  forgetUsedCodes,
  inParallel,
  post,
  type Protected,
  protectedPerson,
  tally,
  wrongCode,
} from './authenticator.js';

const INVALID = [422, 'Your code is invalid'];

let server: TestApp;
let owner: Protected;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  owner = await protectedPerson(server);
});
afterAll(() => server.close());

const verify = (body: unknown, token = owner.token) => post(server, 'verify_code', token, body);
const enter = (otp_code: string) =>
  call(server, 'POST', '/api/v1/sessions', { body: { ...owner.person, application_id: LOCAL_DEMO, otp_code } });

describe('verify_code', () => {
  it.each(ENCODINGS)('takes a right code by %s', async (_, encode) => {
    const answer = await verify(encode({ code: await owner.freshCode() }));
    expect(outcome(answer)).toEqual([201, null]);
  });

  it('does not mind spaces', async () => {
    const code = await owner.freshCode();
    expect((await verify({ code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })).status).toBe(201);
  });

  it('takes a code that is a JSON number', async () => {
    // A number has no leading zeros, so only codes without one can come as a number.
    const code = await owner.freshCode();
    expect((await verify({ code: code.startsWith('0') ? code : Number(code) })).status).toBe(201);
  });

  it('needs the factor to be on', async () => {
    const token = await signIn(server, await newPerson(server));
    for (const code of ['123456', 'abc']) {
      expect(outcome(await verify({ code }, token))).toEqual([400, 'You need to enable 2FA first']);
    }
  });

  it.each<[object, string]>([
    [{}, 'code is missing'],
    [{ code: '' }, 'code is empty'],
    [{ code: ' ' }, 'code is empty'],
    [{ code: null }, 'code is empty'],
    [{ code: ['123456'] }, 'code is invalid'],
    [{ code: { $gt: '' } }, 'code is invalid'],
    [{ code: true }, 'code is invalid'],
  ])('says what is wrong with %j', async (body, sentence) => {
    expect(outcome(await verify(body))).toEqual([400, sentence]);
  });

  it('refuses everything that is no code', async () => {
    const codes = [
      'abcdef',
      '12345',
      '1234567',
      '-12345',
      '1e5',
      1e21,
      12345,
      '１２３４５６',
      'a\0b',
      '\ud800',
      '9'.repeat(10_000),
    ];
    for (const code of codes) expect(outcome(await verify({ code }))).toEqual(INVALID);
  });

  it('refuses wrong and old codes, and recovery codes', async () => {
    await forgetUsedCodes(server, owner.person.email);
    for (const code of [wrongCode(owner.secret), codeOf(owner.secret, 4), owner.recoveryCodes[0]]) {
      expect(outcome(await verify({ code }))).toEqual(INVALID);
    }
  });

  it('refuses the code of another account', async () => {
    const other = await protectedPerson(server);
    await owner.freshCode();
    expect(outcome(await verify({ code: await other.freshCode() }))).toEqual(INVALID);
  });

  it('does not open a secret that was copied from another account', async () => {
    const [mine, theirs] = [await protectedPerson(server), await protectedPerson(server)];
    await server.sql(
      `UPDATE otp_secrets SET secret_encrypted = other.secret_encrypted, last_step = 0
       FROM otp_secrets AS other, accounts AS me, accounts AS them
       WHERE otp_secrets.account_id = me.id AND other.account_id = them.id AND me.email = $1 AND them.email = $2`,
      [mine.person.email, theirs.person.email],
    );
    const answer = await verify({ code: codeOf(theirs.secret) }, mine.token);
    expect(outcome(answer)).toEqual([500, 'Internal Server Error']);
  });
});

describe('a code that was used', () => {
  beforeEach(() => forgetUsedCodes(server, owner.person.email));

  it('is refused at once everywhere, whichever endpoint it was used at', async () => {
    const code = codeOf(owner.secret);
    const { password } = owner.person;
    expect((await verify({ code })).status).toBe(201);
    expect(outcome(await verify({ code }))).toEqual(INVALID);
    expect(outcome(await enter(code))).toEqual([403, 'OTP code is invalid']);
    expect(outcome(await post(server, 'disable_2fa', owner.token, { password, code }))).toEqual(INVALID);
    expect(outcome(await post(server, 'recovery_codes', owner.token, { password, code }))).toEqual(INVALID);
  });

  it('is refused at verify_code after a sign-in', async () => {
    const code = codeOf(owner.secret);
    expect((await enter(code)).status).toBe(201);
    expect(outcome(await verify({ code }))).toEqual(INVALID);
  });

  it('makes the older one unusable too', async () => {
    const [older, newer] = [codeOf(owner.secret, 1), codeOf(owner.secret)];
    expect((await verify({ code: newer })).status).toBe(201);
    expect(outcome(await verify({ code: older }))).toEqual(INVALID);
  });

  it('is the one that turned the factor on, too', async () => {
    const { token, person, secret } = await protectedPerson(server);
    const [row] = await server.sql<{ step: string }>(
      'SELECT last_step AS step FROM otp_secrets JOIN accounts ON accounts.id = account_id WHERE email = $1',
      [person.email],
    );
    const used = codeOf(secret, Math.floor(Date.now() / 30_000) - Number(row?.step));
    expect(outcome(await verify({ code: used }, token))).toEqual(INVALID);
    const body = { ...person, application_id: LOCAL_DEMO, otp_code: used };
    expect(outcome(await call(server, 'POST', '/api/v1/sessions', { body }))).toEqual([403, 'OTP code is invalid']);
  });

  it('succeeds once in twenty parallel calls of one endpoint', async () => {
    const code = codeOf(owner.secret);
    expect(tally(await inParallel(20, () => verify({ code })))).toEqual({ 201: 1, 422: 19 });
  });

  it('succeeds once in parallel calls of several endpoints', async () => {
    const code = codeOf(owner.secret);
    const answers = await Promise.all([inParallel(10, () => verify({ code })), inParallel(4, () => enter(code))]);
    expect(answers.flat().filter(({ status }) => status === 201)).toHaveLength(1);
    expect(Object.keys(tally(answers.flat())).sort()).toEqual(['201', '403', '422']);
  });
});

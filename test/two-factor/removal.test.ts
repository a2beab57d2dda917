import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, messageTo, newPerson, outbox, outcome, signIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { jobsDone } from '../support/jobs.js';
import { oauthToken } from '../support/tokens.js';
import { API_SCOPES } from '../../src/common/principal.js';
import {
  auditOf,
  codeOf,
  factorState,
  inParallel,
  post,
  protectedPerson,
  scan,
  SECURITY,
  tally,
  wrongCode,
} from './authenticator.js';

const INVALID = [422, 'Your code is invalid'];
const UNAUTHORIZED = [401, '401 Unauthorized'];
const OFF = [400, 'You need to enable 2FA first'];
const ROUTES = ['generate_qrcode', 'enable_2fa', 'verify_code', 'disable_2fa', 'recovery_codes'];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const enter = (person: object, more: object = {}) =>
  call<string>(server, 'POST', '/api/v1/sessions', { body: { ...person, application_id: LOCAL_DEMO, ...more } });

describe('disable_2fa', () => {
  it.each(ENCODINGS)('turns the factor off with password and code by %s', async (_, encode) => {
    const { person, token, freshCode } = await protectedPerson(server);
    const body = encode({ password: person.password, code: await freshCode() });
    expect(outcome(await post(server, 'disable_2fa', token, body))).toEqual([201, null]);
    expect(await factorState(server, person.email)).toBe(false);
    const left = await server.sql(
      `SELECT account_id FROM recovery_codes JOIN accounts ON accounts.id = account_id WHERE email = $1
       UNION ALL SELECT account_id FROM otp_enrolments JOIN accounts ON accounts.id = account_id WHERE email = $1`,
      [person.email],
    );
    expect(left).toEqual([]);
    expect(claimsOf((await enter(person)).body).amr).toEqual(['pwd']);
  });

  it('takes a recovery code in place of the code', async () => {
    const { person, token, recoveryCodes } = await protectedPerson(server);
    const body = { password: person.password, code: recoveryCodes[3] };
    expect(outcome(await post(server, 'disable_2fa', token, body))).toEqual([201, null]);
    expect(await factorState(server, person.email)).toBe(false);
  });

  it('tells the owner of turning it on and off', async () => {
    const { person, token, freshCode } = await protectedPerson(server);
    await jobsDone(server);
    expect((await messageTo(server, person.email)).subject).toBe('Two-factor authentication was turned on');
    await post(server, 'disable_2fa', token, { password: person.password, code: await freshCode() });
    await jobsDone(server);
    expect((await messageTo(server, person.email)).subject).toBe('Two-factor authentication was turned off');
    expect((await auditOf(server, person.email)).filter((action) => action.startsWith('otp'))).toEqual([
      'otp.enabled',
      'otp.disabled',
    ]);
  });

  it('refuses a wrong password, before it looks at the code', async () => {
    const { person, token, freshCode } = await protectedPerson(server);
    const code = await freshCode();
    for (const password of ['not the password', `${person.password}\0`, 'x'.repeat(10_000)]) {
      expect(outcome(await post(server, 'disable_2fa', token, { password, code }))).toEqual(UNAUTHORIZED);
    }
    expect((await post(server, 'verify_code', token, { code })).status).toBe(201);
  });

  it('refuses a wrong code', async () => {
    const { person, token, secret } = await protectedPerson(server);
    for (const code of [wrongCode(secret), 'abc', 'A'.repeat(24), 'a\0b']) {
      const answer = await post(server, 'disable_2fa', token, { password: person.password, code });
      expect(outcome(answer)).toEqual(INVALID);
    }
    expect(await factorState(server, person.email)).toBe(true);
  });

  it.each<[object, string]>([
    [{}, 'password is missing, code is missing'],
    [{ password: '', code: null }, 'password is empty, code is empty'],
    [{ password: 12345678, code: ['123456'] }, 'password is invalid, code is invalid'],
  ])('says what is wrong with %j', async (body, sentence) => {
    const { token } = await protectedPerson(server);
    for (const operation of ['disable_2fa', 'recovery_codes']) {
      expect(outcome(await post(server, operation, token, body))).toEqual([400, sentence]);
    }
  });

  it('needs the factor to be on, as do new recovery codes', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    await scan(server, token);
    const body = { password: person.password, code: '123456' };
    expect(outcome(await post(server, 'disable_2fa', token, body))).toEqual(OFF);
    expect(outcome(await post(server, 'recovery_codes', token, body))).toEqual(OFF);
  });

  it('succeeds once in twenty parallel calls', async () => {
    const { person, token, freshCode } = await protectedPerson(server);
    const body = { password: person.password, code: await freshCode() };
    const answers = await inParallel(20, () => post(server, 'disable_2fa', token, body));
    const counts = tally(answers);
    expect(counts[201]).toBe(1);
    expect((counts[400] ?? 0) + (counts[422] ?? 0) + (counts[503] ?? 0)).toBe(19);
    expect(await factorState(server, person.email)).toBe(false);
  });

  it('lets the factor be turned on again with another secret', async () => {
    const { person, token, secret, recoveryCodes, freshCode } = await protectedPerson(server);
    await post(server, 'disable_2fa', token, { password: person.password, code: await freshCode() });
    const another = await scan(server, token);
    expect(another).not.toBe(secret);
    expect((await post(server, 'enable_2fa', token, { code: codeOf(another) })).status).toBe(201);
    expect(outcome(await enter(person, { recovery_code: recoveryCodes[0] }))).toEqual([403, 'OTP code is invalid']);
  });
});

describe('recovery_codes', () => {
  it('makes a new set, and the old one is void', async () => {
    const { person, token, recoveryCodes, freshCode } = await protectedPerson(server);
    const body = { password: person.password, code: await freshCode() };
    const answer = await post<{ recovery_codes: string[] }>(server, 'recovery_codes', token, body);
    expect(answer.status).toBe(201);
    const codes = answer.body.recovery_codes;
    expect(new Set([...codes, ...recoveryCodes]).size).toBe(20);
    expect(outcome(await enter(person, { recovery_code: recoveryCodes[0] }))).toEqual([403, 'OTP code is invalid']);
    expect((await enter(person, { recovery_code: codes[0] })).status).toBe(201);
    await jobsDone(server);
    expect((await outbox(server, person.email)).map(({ subject }) => subject)).toContain('You have new recovery codes');
  });

  it('refuses a wrong password or code, and leaves the old set good', async () => {
    const { person, token, secret, recoveryCodes } = await protectedPerson(server);
    const { password } = person;
    const code = wrongCode(secret);
    expect(outcome(await post(server, 'recovery_codes', token, { password: 'wrong', code }))).toEqual(UNAUTHORIZED);
    expect(outcome(await post(server, 'recovery_codes', token, { password, code }))).toEqual(INVALID);
    expect((await enter(person, { recovery_code: recoveryCodes[0] })).status).toBe(201);
  });

  it('leaves one set of ten after parallel calls', async () => {
    const { person, token, recoveryCodes } = await protectedPerson(server);
    const answers = await Promise.all(
      recoveryCodes
        .slice(0, 5)
        .map((code) => post(server, 'recovery_codes', token, { password: person.password, code })),
    );
    expect(tally(answers)[201]).toBeGreaterThanOrEqual(1);
    const rows = await server.sql(
      'SELECT 1 FROM recovery_codes JOIN accounts ON accounts.id = account_id WHERE email = $1',
      [person.email],
    );
    expect(rows).toHaveLength(10);
  });
});

describe('the routes of the second factor', () => {
  it.each(ROUTES)('%s is closed to everyone without a token, and to every application', async (operation) => {
    const { person, token, freshCode } = await protectedPerson(server);
    const body = { password: person.password, code: await freshCode() };
    const path = `${SECURITY}/${operation}`;
    expect(outcome(await call(server, 'POST', path, { body }))).toEqual([401, 'The access token is invalid']);
    const theirs = oauthToken(server, token, 'openid', 'profile', 'email', 'offline_access', ...API_SCOPES);
    expect(outcome(await post(server, operation, theirs, body))).toEqual([403, 'insufficient_scope']);
    expect(outcome(await post(server, operation, theirs))).toEqual([403, 'insufficient_scope']);
    expect(await factorState(server, person.email)).toBe(true);
  });
});

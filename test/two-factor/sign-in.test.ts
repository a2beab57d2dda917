import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { type Answer, call, claimsOf, messageTo, newPerson, outcome, signIn, tokenIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { jobsDone } from '../support/jobs.js';
import { agedToken } from '../support/tokens.js';
import {
  auditOf,
  codeOf,
  inParallel,
  post,
  type Protected,
  protectedPerson,
  scan,
  tally,
  wrongCode,
} from './authenticator.js';

const MISSING = [403, 'The account has enabled 2FA but OTP code is missing'];
const INVALID = [403, 'OTP code is invalid'];
const UNAUTHORIZED = [401, '401 Unauthorized'];

let server: TestApp;
let owner: Protected;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  owner = await protectedPerson(server);
});
afterAll(() => server.close());

const enter = (more: object = {}, person: object = owner.person): Promise<Answer<string>> =>
  call<string>(server, 'POST', '/api/v1/sessions', { body: { ...person, application_id: LOCAL_DEMO, ...more } });
const isLive = async (token: string) => (await call(server, 'GET', '/api/v1/accounts/me', { token })).status === 200;

describe('signing in with a second factor', () => {
  it.each(ENCODINGS)('takes a code by %s, and says so in amr', async (_, encode) => {
    const body = encode({ ...owner.person, application_id: LOCAL_DEMO, otp_code: await owner.freshCode() });
    const answer = await call<string>(server, 'POST', '/api/v1/sessions', { body });
    expect(answer.status).toBe(201);
    expect(claimsOf(answer.body).amr).toEqual(['pwd', 'otp']);
  });

  it('says that the code is missing, and opens nothing', async () => {
    const before = await server.sql('SELECT 1 FROM sessions');
    for (const more of [{}, { otp_code: '' }, { otp_code: null, recovery_code: ' ' }]) {
      expect(outcome(await enter(more))).toEqual(MISSING);
    }
    expect(await server.sql('SELECT 1 FROM sessions')).toHaveLength(before.length);
  });

  it('says that the code is wrong, whatever is wrong about it', async () => {
    const codes = [
      wrongCode(owner.secret),
      codeOf(owner.secret, 4),
      'abc',
      'a\0b',
      '9'.repeat(10_000),
      owner.recoveryCodes[9],
    ];
    for (const otp_code of codes) expect(outcome(await enter({ otp_code }))).toEqual(INVALID);
    for (const recovery_code of ['abc', 'a\0b', 'A'.repeat(24), '9'.repeat(10_000), wrongCode(owner.secret)]) {
      expect(outcome(await enter({ recovery_code }))).toEqual(INVALID);
    }
    for (const otp_code of [['123456'], { a: 1 }, true]) {
      expect(outcome(await enter({ otp_code }))).toEqual([400, 'otp_code is invalid']);
    }
  });

  it('tells nothing of it without the right password and a right application, and uses no code up', async () => {
    const otp_code = await owner.freshCode();
    for (const more of [{}, { otp_code }, { recovery_code: owner.recoveryCodes[8] }]) {
      expect(outcome(await enter({ password: 'not the password', ...more }))).toEqual(UNAUTHORIZED);
      expect(outcome(await enter({ application_id: 'nobody', ...more }))).toEqual(UNAUTHORIZED);
    }
    expect((await enter({ otp_code })).status).toBe(201);
  });

  it('takes a code that the account does not need', async () => {
    const person = await newPerson(server);
    const answer = await enter({ otp_code: '123456' }, person);
    expect([answer.status, claimsOf(answer.body).amr]).toEqual([201, ['pwd']]);
  });

  it('says that the account is locked before it asks for a code', async () => {
    const { person, freshCode } = await protectedPerson(server);
    await server.sql(`UPDATE accounts SET state = 'locked' WHERE email = $1`, [person.email]);
    expect(outcome(await enter({}, person))).toEqual([401, 'Your account is locked']);
    expect(outcome(await enter({ otp_code: await freshCode() }, person))).toEqual([401, 'Your account is locked']);
  });

  it('lets one of twenty parallel calls with one code in', async () => {
    const otp_code = await owner.freshCode();
    expect(tally(await inParallel(20, () => enter({ otp_code })))).toEqual({ 201: 1, 403: 19 });
  });

  it('records a wrong code in the audit log', async () => {
    const { person, secret } = await protectedPerson(server);
    await enter({ otp_code: wrongCode(secret) }, person);
    expect((await auditOf(server, person.email)).at(-1)).toBe('otp.failed');
  });
});

describe('a recovery code', () => {
  it('lets in once, and the owner hears of it', async () => {
    const { person, recoveryCodes } = await protectedPerson(server);
    const [recovery_code] = recoveryCodes;
    const answer = await enter({ recovery_code }, person);
    expect([answer.status, claimsOf(answer.body).amr]).toEqual([201, ['pwd', 'otp']]);
    await jobsDone(server);
    const mail = await messageTo(server, person.email);
    expect(mail.subject).toBe('A recovery code was used');
    expect(mail.text).toContain('Codes left: 9.');
    expect(mail.text).not.toContain(recovery_code);
    expect(outcome(await enter({ recovery_code }, person))).toEqual(INVALID);
  });

  it('may be typed in small letters, with spaces or without hyphens', async () => {
    const { person, recoveryCodes } = await protectedPerson(server);
    const [first = '', second = '', third = ''] = recoveryCodes;
    for (const recovery_code of [first.toLowerCase(), ` ${second.replaceAll('-', ' ')}`, third.replaceAll('-', '')]) {
      expect((await enter({ recovery_code }, person)).status).toBe(201);
    }
  });

  it('lets one of twenty parallel calls in', async () => {
    const { person, recoveryCodes } = await protectedPerson(server);
    const answers = await inParallel(20, () => enter({ recovery_code: recoveryCodes[0] }, person));
    expect(tally(answers)).toEqual({ 201: 1, 403: 19 });
  });

  it('of another account does not let in', async () => {
    const other = await protectedPerson(server);
    expect(outcome(await enter({ recovery_code: other.recoveryCodes[0] }))).toEqual(INVALID);
    expect((await enter({ recovery_code: other.recoveryCodes[0] }, other.person)).status).toBe(201);
  });
});

describe('what was there before the factor was turned on', () => {
  it('ends, but for the session that turned it on, whose amr stays as it was', async () => {
    const person = await newPerson(server);
    const other = await signIn(server, person);
    const own = await signIn(server, person);
    const renewedOther = (await call<string>(server, 'POST', '/api/v1/security/renew', { token: other })).body;
    const secret = await scan(server, own);
    expect((await post(server, 'enable_2fa', own, { code: codeOf(secret) })).status).toBe(201);
    expect(await Promise.all([isLive(other), isLive(renewedOther), isLive(own)])).toEqual([false, false, true]);
    const renewed = await call<string>(server, 'POST', '/api/v1/security/renew', { token: own });
    expect(claimsOf(renewed.body).amr).toEqual(['pwd']);
    const sessions = await call<object[]>(server, 'GET', '/api/v1/sessions', { token: own });
    expect(sessions.body).toHaveLength(1);
  });

  it('is nobody else: sessions of other accounts stay', async () => {
    const bystander = await signIn(server, await newPerson(server));
    await protectedPerson(server);
    expect(await isLive(bystander)).toBe(true);
  });

  it('does not outlive it in a race: no session opens without a code once the factor is on', async () => {
    const person = await newPerson(server);
    const own = await signIn(server, person);
    const code = codeOf(await scan(server, own));
    const [enabled, ...entered] = await Promise.all([
      post(server, 'enable_2fa', own, { code }),
      ...Array.from({ length: 10 }, () => enter({}, person)),
    ]);
    expect(enabled.status).toBe(201);
    const opened = entered.filter(({ status }) => status === 201).map(({ body }) => body);
    expect(await Promise.all(opened.map(isLive))).toEqual(opened.map(() => false));
  });

  it('renewing keeps the factor that was given', async () => {
    const { body: token } = await enter({ otp_code: await owner.freshCode() });
    const renewed = await call<string>(server, 'POST', '/api/v1/security/renew', { token });
    expect(claimsOf(renewed.body).amr).toEqual(['pwd', 'otp']);
  });
});

describe('a new password', () => {
  it('by mail does not turn the factor off, nor sign in', async () => {
    const { person, freshCode } = await protectedPerson(server);
    await call(server, 'POST', '/api/v1/security/reset_password', { body: { email: person.email } });
    await jobsDone(server);
    const reset_password_token = tokenIn(await messageTo(server, person.email), 'reset_password_token');
    const password = 'another long password';
    const reset = await call(server, 'PUT', '/api/v1/security/reset_password', {
      body: { reset_password_token, password },
    });
    expect(outcome(reset)).toEqual([200, null]);
    expect(outcome(await enter({ password }, person))).toEqual(MISSING);
    expect((await enter({ password, otp_code: await freshCode() }, person)).status).toBe(201);
  });

  it('of the owner does not turn it off', async () => {
    const { person, token } = await protectedPerson(server);
    const body = { old_password: person.password, new_password: 'another long password' };
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body })).status).toBe(200);
    expect(outcome(await enter({ password: body.new_password }, person))).toEqual(MISSING);
  });

  it('neither does a confirmation', async () => {
    const { person } = await protectedPerson(server);
    await call(server, 'POST', '/api/v1/accounts/send_confirmation_instructions', { body: { email: person.email } });
    await jobsDone(server);
    expect(outcome(await enter({}, person))).toEqual(MISSING);
  });
});

describe('fresh authentication', () => {
  it('asks for both factors once the sign-in is old', async () => {
    const { person, token, secret, freshCode } = await protectedPerson(server);
    const other = (await enter({ otp_code: await freshCode() }, person)).body;
    const old = agedToken(server, token, 16 * 60);
    const end = (body: object) =>
      call(server, 'DELETE', `/api/v1/sessions/${String(claimsOf(other).sid)}`, { token: old, body });
    const { password } = person;
    expect(outcome(await end({ password }))).toEqual([403, 'Please sign in again or send your password and OTP code']);
    expect(outcome(await end({ password: 'wrong', otp_code: await freshCode() }))).toEqual(UNAUTHORIZED);
    expect(outcome(await end({ password, otp_code: wrongCode(secret) }))).toEqual([422, 'Your code is invalid']);
    expect(await isLive(other)).toBe(true);
    expect((await end({ password, otp_code: await freshCode() })).status).toBe(204);
    expect(await isLive(other)).toBe(false);
  });
});

describe('staff', () => {
  it('sign in with a second factor like everyone', async () => {
    const token = await signIn(server, ADMIN);
    const secret = await scan(server, token);
    expect((await post(server, 'enable_2fa', token, { code: codeOf(secret) })).status).toBe(201);
    expect(outcome(await enter({}, ADMIN))).toEqual(MISSING);
  });
});

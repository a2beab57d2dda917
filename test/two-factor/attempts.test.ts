import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { type Answer, call, outbox, outcome, signIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { auditOf, inParallel, post, type Protected, protectedPerson, tally, wrongCode } from './authenticator.js';

const TOO_MANY = [429, 'Too many wrong codes, please try again later'];
const WRONG_RECOVERY_CODE = 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'on' });
});
afterAll(() => server.close());
// Every account of these tests is made from one address.
beforeEach(async () => {
  await server.sql('DELETE FROM rate_limits');
});

const enter = (owner: Protected, more: object): Promise<Answer<string>> =>
  call<string>(server, 'POST', '/api/v1/sessions', { body: { ...owner.person, application_id: LOCAL_DEMO, ...more } });
const verify = (owner: Protected, code: string) => post(server, 'verify_code', owner.token, { code });
const warnings = async (owner: Protected) => {
  await jobsDone(server);
  return (await outbox(server, owner.person.email)).filter(({ subject }) => subject === 'Too many wrong codes').length;
};

/** Lets time pass for what was counted. */
const age = (owner: Protected, minutes: number) =>
  server.sql(
    `UPDATE otp_attempts SET counted_at = ARRAY(SELECT at - make_interval(mins => $2) FROM unnest(counted_at) AS old (at)),
       owner_warned_at = owner_warned_at - make_interval(mins => $2)
     FROM accounts WHERE accounts.id = account_id AND email = $1`,
    [owner.person.email, minutes],
  );

describe('wrong codes', () => {
  it('are counted over all endpoints; after five even a right one has to wait, and the owner hears of it once', async () => {
    const owner = await protectedPerson(server);
    const { password } = owner.person;
    const code = wrongCode(owner.secret);
    expect((await verify(owner, code)).status).toBe(422);
    expect((await enter(owner, { otp_code: code })).status).toBe(403);
    expect((await post(server, 'disable_2fa', owner.token, { password, code })).status).toBe(422);
    expect((await post(server, 'recovery_codes', owner.token, { password, code })).status).toBe(422);
    expect((await enter(owner, { otp_code: code })).status).toBe(403);
    expect(await warnings(owner)).toBe(0);

    const right = await owner.freshCode();
    const refused = await enter(owner, { otp_code: right });
    expect(outcome(refused)).toEqual(TOO_MANY);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(900);
    expect(outcome(await verify(owner, right))).toEqual(TOO_MANY);
    expect(outcome(await post(server, 'disable_2fa', owner.token, { password, code: right }))).toEqual(TOO_MANY);
    expect(await warnings(owner)).toBe(1);
    expect((await auditOf(server, owner.person.email)).filter((action) => action === 'otp.budget_spent')).toHaveLength(
      1,
    );

    await age(owner, 15);
    expect((await verify(owner, await owner.freshCode())).status).toBe(201);
  });

  it('are not forgotten because of right passwords or right codes', async () => {
    const owner = await protectedPerson(server);
    for (let tries = 0; tries < 4; tries += 1) {
      expect((await verify(owner, wrongCode(owner.secret))).status).toBe(422);
      expect((await enter(owner, {})).status).toBe(403);
    }
    expect((await enter(owner, { otp_code: await owner.freshCode() })).status).toBe(201);
    expect((await verify(owner, wrongCode(owner.secret))).status).toBe(422);
    expect(outcome(await verify(owner, await owner.freshCode()))).toEqual(TOO_MANY);
  });

  it('are twenty a day at most', async () => {
    const owner = await protectedPerson(server);
    for (let round = 0; round < 4; round += 1) {
      for (let tries = 0; tries < 5; tries += 1)
        expect((await verify(owner, wrongCode(owner.secret))).status).toBe(422);
      expect(outcome(await verify(owner, wrongCode(owner.secret)))).toEqual(TOO_MANY);
      await age(owner, 16);
    }
    const refused = await verify(owner, await owner.freshCode());
    expect(outcome(refused)).toEqual(TOO_MANY);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(22 * 3600);
    expect(await warnings(owner)).toBe(1);
    await age(owner, 24 * 60);
    expect((await verify(owner, await owner.freshCode())).status).toBe(201);
  });

  it('can not slip past the count in parallel', async () => {
    const owner = await protectedPerson(server);
    const answers = await inParallel(20, () => verify(owner, wrongCode(owner.secret)));
    expect(tally(answers)).toEqual({ 422: 5, 429: 15 });
    expect(await warnings(owner)).toBe(1);
  });

  it('right ones are not counted, however many', async () => {
    const owner = await protectedPerson(server);
    for (let times = 0; times < 8; times += 1) {
      expect((await verify(owner, await owner.freshCode())).status).toBe(201);
    }
  });

  it('a right code gets through once, also when it is sent many times at once', async () => {
    const owner = await protectedPerson(server);
    const code = await owner.freshCode();
    const counts = tally(await inParallel(20, () => verify(owner, code)));
    expect(counts[201]).toBe(1);
    expect((counts[422] ?? 0) + (counts[429] ?? 0)).toBe(19);
  });

  it('what is no code at all does not count', async () => {
    const owner = await protectedPerson(server);
    for (const code of ['abc', '12345', '1234567', 'a\0b', '12345a', '      1']) {
      expect((await verify(owner, code)).status).toBe(422);
    }
    expect((await verify(owner, await owner.freshCode())).status).toBe(201);
  });

  it('of one account leave others alone', async () => {
    const [attacked, other] = [await protectedPerson(server), await protectedPerson(server)];
    for (let tries = 0; tries < 6; tries += 1) await verify(attacked, wrongCode(attacked.secret));
    expect((await verify(other, await other.freshCode())).status).toBe(201);
  });
});

describe('wrong recovery codes', () => {
  it('have a budget of their own', async () => {
    const owner = await protectedPerson(server);
    const [code = ''] = owner.recoveryCodes;
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await enter(owner, { recovery_code: WRONG_RECOVERY_CODE })).status).toBe(403);
    }
    expect(outcome(await enter(owner, { recovery_code: code }))).toEqual(TOO_MANY);
    const body = { password: owner.person.password, code };
    expect(outcome(await post(server, 'disable_2fa', owner.token, body))).toEqual(TOO_MANY);
    expect(await warnings(owner)).toBe(1);
    expect((await enter(owner, { otp_code: await owner.freshCode() })).status).toBe(201);
    await age(owner, 15);
    expect((await enter(owner, { recovery_code: code })).status).toBe(201);
  });
});

describe('codes for turning the factor on', () => {
  it('are counted too', async () => {
    const owner = await protectedPerson(server);
    const body = { password: owner.person.password, code: await owner.freshCode() };
    await post(server, 'disable_2fa', owner.token, body);
    const token = await signIn(server, owner.person);
    await post(server, 'generate_qrcode', token);
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await post(server, 'enable_2fa', token, { code: wrongCode(owner.secret) })).status).toBe(422);
    }
    expect(outcome(await post(server, 'enable_2fa', token, { code: '123456' }))).toEqual(TOO_MANY);
  });
});

describe('RATE_LIMITS=off', () => {
  it('lifts the budget', async () => {
    const open = await startApp({ RATE_LIMITS: 'off' });
    try {
      const { token, secret, freshCode } = await protectedPerson(open);
      for (let tries = 0; tries < 25; tries += 1) {
        expect((await post(open, 'verify_code', token, { code: wrongCode(secret) })).status).toBe(422);
      }
      expect((await post(open, 'verify_code', token, { code: await freshCode() })).status).toBe(201);
    } finally {
      await open.close();
    }
  });
});

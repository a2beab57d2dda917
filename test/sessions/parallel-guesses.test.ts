import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, messageTo, newPerson, outcome, signIn, tokenIn } from '../support/client.js';
import { signedIn } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { codeFor, newNumber, newToken, rowsOf, verify, wrong } from '../phones/phones.js';
import { inParallel, post, protectedPerson, tally, wrongCode } from '../two-factor/authenticator.js';
import { tryPassword } from './password-tries.js';

const MANY = 200;
const HOME = '198.51.100.1';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.sql('DELETE FROM rate_limits');
});

const enter = (email: string, password: string, ip: string) => tryPassword(server, { email, password, ip });

/** Comes back as long as the server is too busy to look, as it asks for. */
async function untilHeard<T extends { status: number }>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Nobody got in for long: of the hundred in a row that are looked at, ten are left. */
async function tenAreLeft(email: string): Promise<void> {
  await server.sql('DELETE FROM sign_in_counters');
  await untilHeard(() => enter(email, 'the first guess', '203.0.113.200'));
  await server.sql('UPDATE sign_in_counters SET failures = 90');
}

/** All at once, and again until each was answered. */
const attack = (email: string, ipOf: (n: number) => string): Promise<Answer<string>[]> =>
  Promise.all(Array.from({ length: MANY }, (_, n) => untilHeard(() => enter(email, `guess number ${n}`, ipOf(n)))));

function expectRefusals(answers: Answer[]): void {
  for (const answer of answers) {
    expect([401, 429]).toContain(answer.status);
    if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

describe('200 guesses at once', () => {
  it.each(['with', 'without'])(
    'at an address %s an account, from as many networks, are what is left of a hundred',
    async (which) => {
      const email = which === 'with' ? (await newPerson(server)).email : 'nobody-at-all@example.com';
      await tenAreLeft(email);
      const answers = await attack(email, (n) => `203.0.${n >> 4}.${n & 15}`);
      expectRefusals(answers);
      // What was counted and then found no room to be hashed counts too, so that it may be fewer.
      expect(tally(answers)[401] ?? 0).toBeLessThanOrEqual(10);
      const [total] = await server.sql<{ most: number }>('SELECT max(failures)::int AS most FROM sign_in_counters');
      expect(total?.most).toBe(100);
      expect((await enter(email, 'one more', '203.0.200.1')).status).toBe(429);
    },
  );

  it('at an address without an account, from one network, are what they are at any', async () => {
    const answers = await attack('nobody-here@example.com', (n) => `2001:db8:0:9::${n.toString(16)}`);
    expectRefusals(answers);
    // Five, and one more for each doubling of the time that this takes; thirty a minute leave no more than that.
    expect(tally(answers)[401]).toBeLessThanOrEqual(15);
  });

  it('leave a way in for the owner, by a known network and by a known browser (C-09)', async () => {
    const person = await newPerson(server);
    expect((await enter(person.email, person.password, HOME)).status).toBe(201);
    const browser = new UserAgent(server.url);
    browser.take('barong_device', (await signedIn(server, person)).cookie('barong_device') ?? '');
    const form = await browser.open('/sign-in');
    await tenAreLeft(person.email);
    const attacked = attack(person.email, (n) => `203.0.${n >> 4}.${n & 15}`);
    const entered = untilHeard(() => browser.submit(form, '/sign-in', { ...person }));
    expect((await untilHeard(() => enter(person.email, person.password, HOME))).status).toBe(201);
    expect((await entered).status).toBe(200);
    expectRefusals(await attacked);
  });

  it('at the code of an authenticator are five (C-19)', async () => {
    const owner = await protectedPerson(server);
    const code = wrongCode(owner.secret);
    const answers = await inParallel(MANY, () => post(server, 'verify_code', owner.token, { code }));
    expect(tally(answers)).toEqual({ 422: 5, 429: MANY - 5 });
    for (const { status, headers } of answers) expect(headers.has('retry-after')).toBe(status === 429);
    const right = await owner.freshCode();
    expect((await post(server, 'verify_code', owner.token, { code: right })).status).toBe(429);
  });

  it('at the code of an SMS are five', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    let guesses = 0;
    const answers = await inParallel(MANY, () => verify(server, token, number, wrong(code, (guesses += 1))));
    expect(tally(answers)).toEqual({ 404: MANY });
    expect(await rowsOf(server, number)).toEqual([expect.objectContaining({ code_attempts: 5 })]);
    expect((await verify(server, token, number, code)).status).toBe(404);
  });

  it('at the token of a reset find nothing, and the right one stays good', async () => {
    const { email } = await newPerson(server);
    const path = '/api/v1/security/reset_password';
    await call(server, 'POST', path, { body: { email } });
    const token = tokenIn(await messageTo(server, email, 2), 'reset_password_token');
    const password = 'quite another password';
    const redeem = (reset_password_token: string) =>
      call(server, 'PUT', path, { body: { reset_password_token, password } });
    let guesses = 0;
    const guess = () => redeem(`${token.slice(0, -4)}${String((guesses += 1)).padStart(4, 'A')}`);
    const answers = await inParallel(MANY, guess);
    expect(tally(answers)).toEqual({ 404: MANY });
    expect(new Set(answers.map((answer) => outcome(answer)[1]))).toEqual(new Set(['Record is not found']));
    expect((await untilHeard(() => redeem(token))).status).toBe(200);
    await signIn(server, { email, password });
  });
});

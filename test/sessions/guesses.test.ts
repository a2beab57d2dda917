import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { eventually, newPerson, outbox, outcome, type Person } from '../support/client.js';
import { noticesOf } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { tryPassword } from './password-tries.js';

const TOO_MANY = [429, 'Too many requests, please try again later'];
const HOME = '198.51.100.1';
const THIEF = '203.0.113.66';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.sql('DELETE FROM rate_limits');
});

const enter = (email: string, password: string, ip: string) => tryPassword(server, { email, password, ip });
const statusOf = async (email: string, password: string, ip: string) => (await enter(email, password, ip)).status;

async function guess(email: string, times: number, ip = THIEF): Promise<number[]> {
  const said: number[] = [];
  for (let n = 0; n < times; n += 1) said.push(await statusOf(email, `guess number ${n}`, ip));
  return said;
}

/** Lets the waits of everybody be over, or not end while a test goes on. */
const wait = () => server.sql('UPDATE sign_in_counters SET blocked_until = now()');
const hold = () =>
  server.sql(`UPDATE sign_in_counters SET blocked_until = now() + interval '9 min' WHERE blocked_until > counted_at`);
const waits = async () =>
  (
    await server.sql<{ seconds: number }>(
      `SELECT round(extract(epoch FROM blocked_until - counted_at))::int AS seconds FROM sign_in_counters
       WHERE blocked_until > counted_at ORDER BY counted_at DESC LIMIT 1`,
    )
  )[0]?.seconds;
const subjects = async ({ email }: Person) => (await outbox(server, email)).map(({ subject }) => subject);

describe('guesses at a password (CONTROLS 2)', () => {
  it('are five, then wait longer each time, alike with and without an account (C-10)', async () => {
    const { email } = await newPerson(server);
    for (const address of [email, 'nobody@example.com']) {
      await server.sql('DELETE FROM rate_limits');
      expect(await guess(address, 5)).toEqual([401, 401, 401, 401, 401]);
      const seconds = [await waits()];
      await hold();
      const refused = await enter(address, 'one more', THIEF);
      expect(outcome(refused)).toEqual(TOO_MANY);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(300);
      for (let n = 0; n < 10; n += 1) {
        await wait();
        expect(await statusOf(address, 'another', THIEF)).toBe(401);
        seconds.push(await waits());
      }
      expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
  });

  it('of 200 at once never pass the budget', async () => {
    const { email } = await newPerson(server);
    await server.sql('DELETE FROM sign_in_counters');
    const answers = await Promise.all(
      // From one network thirty a minute would do; the counters of the address must hold by themselves.
      Array.from({ length: 200 }, (_, n) => statusOf(email, `guess ${n}`, `2001:db8:0:7::${n.toString(16)}`)),
    );
    await server.sql('DELETE FROM rate_limits');
    // Five, and one more for each doubling of the time that this took.
    expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(12);
    expect(answers.every((status) => [401, 429, 503].includes(status))).toBe(true);
  });

  it('do not keep the owner out, who comes from elsewhere (C-09)', async () => {
    const person = await newPerson(server);
    await guess(person.email, 5);
    await hold();
    expect(await statusOf(person.email, person.password, HOME)).toBe(201);
    expect(await statusOf(person.email, person.password, THIEF)).toBe(429);
  });

  it('are forgotten after a right password', async () => {
    const person = await newPerson(server);
    await guess(person.email, 4, HOME);
    expect(await statusOf(person.email, person.password, HOME)).toBe(201);
    expect(await guess(person.email, 5, HOME)).toEqual([401, 401, 401, 401, 401]);
  });

  it('count on the pages as at the API, and say so in words', async () => {
    const { email } = await newPerson(server);
    await guess(email, 5, '127.0.0.1');
    await hold();
    const agent = new UserAgent(server.url);
    const page = await agent.submit(await agent.open('/sign-in'), '/sign-in', { email, password: 'one more guess' });
    expect([page.status, noticesOf(page)]).toEqual([429, ['Too many requests, please try again later']]);
  });

  it('before a success from somewhere new are told to the owner (C-08)', async () => {
    const person = await newPerson(server);
    await guess(person.email, 5);
    await wait();
    expect(await statusOf(person.email, person.password, THIEF)).toBe(201);
    await eventually(async () => (await subjects(person)).includes('A sign-in after many wrong passwords'));
  });
});

describe('a hundred wrong passwords in a row', () => {
  /** From as many networks, as a botnet does. */
  const hammered = async (): Promise<Person> => {
    const person = await newPerson(server);
    expect(await statusOf(person.email, person.password, HOME)).toBe(201);
    await statusOf(person.email, 'wrong', THIEF);
    await server.sql('UPDATE sign_in_counters SET failures = 100, counted_at = now(), blocked_until = now()');
    return person;
  };

  it('leave known networks only, tell the owner once, and a link of that mail lifts it', async () => {
    const person = await hammered();
    for (const ip of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) {
      expect(await statusOf(person.email, person.password, ip)).toBe(429);
    }
    const mail = await eventually(async () =>
      (await outbox(server, person.email)).find(({ subject }) => subject === 'Too many wrong passwords'),
    );
    expect((await subjects(person)).filter((subject) => subject === 'Too many wrong passwords')).toHaveLength(1);
    const link = /https?:\S+unlock_token=\S+/.exec(mail.text)?.[0] ?? '';
    const agent = new UserAgent(server.url);
    const page = await agent.open(link);
    expect(await statusOf(person.email, person.password, '203.0.113.4')).toBe(429);
    expect(noticesOf(await agent.submit(page, '/unlock'))).toEqual(['Done. You can sign in now.']);
    expect(noticesOf(await agent.submit(page, '/unlock'))).toEqual(['This link is not good any more.']);
    expect(await statusOf(person.email, person.password, '203.0.113.5')).toBe(201);
  });

  it('do not keep the owner out where they signed in before', async () => {
    const person = await hammered();
    expect(await statusOf(person.email, person.password, HOME)).toBe(201);
  });

  it('keep out who knew the password before the present one', async () => {
    const person = await hammered();
    const moved = `UPDATE accounts SET tokens_valid_after = now() + interval '10 seconds' WHERE email = $1`;
    await server.sql(moved, [person.email]);
    await server.sql(`UPDATE sign_in_counters SET counted_at = now() + interval '20 seconds', blocked_until = now()`);
    expect(await statusOf(person.email, person.password, HOME)).toBe(429);
  });

  it('are lifted by a new password', async () => {
    const person = await hammered();
    expect(await statusOf(person.email, person.password, '203.0.113.9')).toBe(429);
    await server.sql('UPDATE accounts SET tokens_valid_after = now() WHERE email = $1', [person.email]);
    expect(await statusOf(person.email, person.password, '203.0.113.10')).toBe(201);
  });
});

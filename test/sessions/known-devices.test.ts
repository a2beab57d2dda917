import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { newPerson, outbox, type Person } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { signedIn } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { newClient, requestOf } from '../oauth/flow.js';
import { tryPassword } from './password-tries.js';

/** Browsers of these tests all come from here, as all do behind one router. */
const HERE = '127.0.0.1';
const COOKIE = 'barong_device';
const RESET = 'Reset your password';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'on', TRUST_PROXY: HERE });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.sql('DELETE FROM rate_limits');
});

/** Where a try on our pages leads: 200 in, 422 wrong, 429 to wait. */
async function enter(agent: UserAgent, email: string, password: string): Promise<number> {
  return (await agent.submit(await agent.open('/sign-in'), '/sign-in', { email, password })).status;
}
async function forgot(agent: UserAgent, email: string): Promise<number> {
  return (await agent.submit(await agent.open('/forgot-password'), '/forgot-password', { email })).status;
}
const stranger = () => new UserAgent(server.url);

/** A browser that holds the cookie of another and nothing else, as after its session has ended. */
function withCookie(value: string | undefined): UserAgent {
  const agent = stranger();
  agent.take(COOKIE, value ?? '');
  return agent;
}
const ownBrowser = async (person: Person) => withCookie((await signedIn(server, person)).cookie(COOKIE));

async function guess(email: string, times: number, ip = HERE): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await tryPassword(server, { email, password: `guess number ${n}`, ip });
  }
}

/** No wait of anybody ends while the test goes on, and no network is known any more. */
async function hold(): Promise<void> {
  await server.sql(
    `UPDATE sign_in_counters SET blocked_until = now() + interval '9 min' WHERE blocked_until > counted_at`,
  );
  await server.sql('DELETE FROM known_networks');
}

describe('a browser in which the owner signed in before (C-09)', () => {
  it('gets in while the whole network waits', async () => {
    const person = await newPerson(server);
    const owner = await ownBrowser(person);
    await guess(person.email, 5);
    await hold();
    expect(await enter(stranger(), person.email, person.password)).toBe(429);
    expect(await enter(owner, person.email, person.password)).toBe(200);
    expect(await enter(stranger(), person.email, person.password)).toBe(429);
  });

  it('gets in though the network has used up its sign-ins of the hour', async () => {
    const person = await newPerson(server);
    const owner = await ownBrowser(person);
    await server.sql(`UPDATE rate_limits SET points = 1000 WHERE key LIKE 'sign-in-hour%'`);
    expect(await enter(stranger(), person.email, person.password)).toBe(429);
    expect(await enter(owner, person.email, person.password)).toBe(200);
  });

  it('shares its tries of a minute with all others of the address', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const browsers = [await ownBrowser(person), await ownBrowser(person)];
    const others = await ownBrowser(other);
    await server.sql('DELETE FROM rate_limits');
    expect(await enter(browsers[0] ?? stranger(), person.email, person.password)).toBe(200);
    await server.sql(`UPDATE rate_limits SET points = 30 WHERE key LIKE 'sign-in-minute%'`);
    expect(await enter(browsers[1] ?? stranger(), person.email, person.password)).toBe(429);
    expect(await enter(others, other.email, other.password)).toBe(200);
  });

  it.each([
    ['sign-in-known-minute', 120],
    ['sign-in-known-hour', 3000],
  ])('shares %s with those of all addresses in its network', async (limit, points) => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const browsers = [await ownBrowser(person), await ownBrowser(other)];
    expect(await enter(browsers[0] ?? stranger(), person.email, person.password)).toBe(200);
    await server.sql(`UPDATE rate_limits SET points = $2 WHERE key LIKE $1 || '%'`, [limit, points]);
    expect(await enter(browsers[1] ?? stranger(), other.email, other.password)).toBe(429);
    expect(await enter(stranger(), other.email, other.password)).toBe(200);
  });

  it('has its share of mails together with all others of the address', async () => {
    const person = await newPerson(server);
    const browsers = [await ownBrowser(person), await ownBrowser(person)];
    const before = (await outbox(server, person.email)).length;
    for (const browser of browsers) expect(await forgot(browser, person.email)).toBe(200);
    await jobsDone(server);
    expect(await outbox(server, person.email)).toHaveLength(before + 1);
    await server.sql(`UPDATE rate_limits SET points = 20 WHERE key LIKE 'security.send_password_reset-network%'`);
    expect(await forgot(browsers[1] ?? stranger(), person.email)).toBe(429);
    expect(await forgot(stranger(), person.email)).toBe(200);
  });

  it('asks for 200 mails an hour together with those of all addresses in its network', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const browsers = [await ownBrowser(person), await ownBrowser(other)];
    expect(await forgot(browsers[0] ?? stranger(), person.email)).toBe(200);
    await server.sql(`UPDATE rate_limits SET points = 200 WHERE key LIKE 'security.send_password_reset-known%'`);
    expect(await forgot(browsers[1] ?? stranger(), other.email)).toBe(429);
  });

  it('gets in after a hundred wrong passwords from everywhere, and has a link sent', async () => {
    const person = await newPerson(server);
    const owner = await ownBrowser(person);
    await guess(person.email, 1, '203.0.113.66');
    await hold();
    await server.sql('UPDATE sign_in_counters SET failures = 100, counted_at = now(), blocked_until = now()');
    await guess(person.email, 1, '203.0.113.67');
    expect(await enter(stranger(), person.email, person.password)).toBe(429);
    const links = async () => {
      await jobsDone(server);
      return (await outbox(server, person.email)).filter(({ subject }) => subject === RESET).length;
    };
    for (const expected of [1, 1]) {
      expect(await forgot(stranger(), person.email)).toBe(200);
      expect(await links()).toBe(expected);
    }
    expect(await forgot(owner, person.email)).toBe(200);
    expect(await links()).toBe(2);
    expect(await enter(owner, person.email, person.password)).toBe(200);
  });

  it('has five tries and waits of its own, and holds nobody else up', async () => {
    const person = await newPerson(server);
    const { password, email } = person;
    const thief = await ownBrowser(person);
    const said: number[] = [];
    for (let n = 0; n < 5; n += 1) said.push(await enter(thief, email, `guess number ${n}`));
    await hold();
    expect([...said, await enter(thief, email, password)]).toEqual([422, 422, 422, 422, 422, 429]);
    expect(await enter(stranger(), email, password)).toBe(200);
  });

  it('is known by a signature only, and for this address only', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const [own, foreign] = [await signedIn(server, person), await ownBrowser(other)];
    const cookie = own.cookie(COOKIE) ?? '';
    expect(cookie).not.toContain(person.email.split('@')[0]);
    await guess(person.email, 5);
    await hold();
    const forged = cookie.replace(/\d+(?=\.[^.]+$)/, (since) => String(Number(since) + 1));
    for (const agent of [foreign, withCookie(forged), withCookie('1.x.2.y'), withCookie('~~')]) {
      expect(await enter(agent, person.email, person.password)).toBe(429);
    }
  });

  it('is a stranger again after a new password', async () => {
    const person = await newPerson(server);
    const owner = await ownBrowser(person);
    await guess(person.email, 5);
    await hold();
    const moved = `UPDATE accounts SET tokens_valid_after = now() + interval '10 seconds' WHERE email = $1`;
    await server.sql(moved, [person.email]);
    expect(await enter(owner, person.email, person.password)).toBe(429);
  });

  it('is a stranger to who has the address after somebody else', async () => {
    const person = await newPerson(server);
    const owner = await ownBrowser(person);
    await guess(person.email, 5);
    await hold();
    await server.sql(`UPDATE accounts SET created_at = now() + interval '10 seconds' WHERE email = $1`, [person.email]);
    expect(await enter(owner, person.email, person.password)).toBe(429);
  });

  it('may be that of several people', async () => {
    const people = [await newPerson(server), await newPerson(server)];
    const agent = stranger();
    for (const person of people) await signedIn(server, person, withSession(agent));
    const shared = withCookie(agent.cookie(COOKIE));
    for (const { email } of people) await guess(email, 5);
    await hold();
    for (const { email, password } of people) {
      expect(await enter(withCookie(shared.cookie(COOKIE)), email, password)).toBe(200);
    }
  });

  it('is one from a sign-in for an application too', async () => {
    const person = await newPerson(server);
    const agent = stranger();
    const { url } = await requestOf(await newClient(server));
    await agent.submit(await agent.open(url), '/sign-in', { ...person });
    await guess(person.email, 5);
    await hold();
    expect(await enter(withCookie(agent.cookie(COOKIE)), person.email, person.password)).toBe(200);
  });

  it('learns nothing from its cookie about other addresses (C-01)', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const said: number[][] = [];
    for (const email of [other.email, 'nobody-there@example.com']) {
      await server.sql('DELETE FROM rate_limits');
      const agent = await ownBrowser(person);
      const row: number[] = [];
      for (let n = 0; n < 5; n += 1) row.push(await enter(agent, email, `guess number ${n}`));
      await hold();
      said.push([...row, await enter(agent, email, 'one more')]);
    }
    expect(said).toEqual([
      [422, 422, 422, 422, 422, 429],
      [422, 422, 422, 422, 422, 429],
    ]);
  });
});

/** The same browser before somebody else signs in. */
function withSession(agent: UserAgent): UserAgent {
  for (const name of ['barong_session', 'barong_session.sig']) agent.take(name, '');
  return agent;
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { codeOf, post, type Protected, protectedPerson, scan } from '../two-factor/authenticator.js';
import { newClient, requestOf, type TestClient, titleOf } from './flow.js';

let server: TestApp;
let client: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  client = await newClient(server, { skipConsent: true });
});
afterAll(() => server.close());

async function enterPassword(person: Person): Promise<{ agent: UserAgent; page: Page }> {
  const agent = new UserAgent(server.url);
  const page = await agent.submit(await agent.open((await requestOf(client)).url), '/sign-in', { ...person });
  return { agent, page };
}

const openSignIn = async (): Promise<{ agent: UserAgent; page: Page }> => {
  const agent = new UserAgent(server.url);
  return { agent, page: await agent.open((await requestOf(client)).url) };
};

/** Nobody was let in: neither now, nor is there a session that a later request would be answered from. */
async function expectNobodyIn(agent: UserAgent, page: Page, statuses: number[]): Promise<void> {
  expect(page.url).not.toContain('code=');
  expect(statuses).toContain(page.status);
  expect((await agent.open((await requestOf(client, { prompt: 'none' })).url)).url).toContain('error=login_required');
}

const setState = ({ email }: Person, state: string) =>
  server.sql('UPDATE accounts SET state = $1 WHERE email = $2', [state, email]);

describe('between the password and the second factor', () => {
  let owner: Protected;
  beforeAll(async () => {
    owner = await protectedPerson(server);
  });

  it('the sign-in goes through when nothing happens', async () => {
    const { agent, page } = await enterPassword(owner.person);
    expect((await agent.submit(page, '/second-factor', { otp_code: await owner.freshCode() })).url).toContain('code=');
  });

  it('a ban ends it', async () => {
    const { agent, page } = await enterPassword(owner.person);
    await setState(owner.person, 'banned');
    const sent = await agent.submit(page, '/second-factor', { otp_code: await owner.freshCode() });
    await setState(owner.person, 'active');
    await expectNobodyIn(agent, sent, [400, 401, 422]);
  });

  it('a new password ends it', async () => {
    const { agent, page } = await enterPassword(owner.person);
    const token = await signIn(server, owner.person, { otp_code: await owner.freshCode() });
    const body = { old_password: owner.person.password, new_password: 'an entirely different one' };
    expect(outcome(await call(server, 'PUT', '/api/v1/accounts/password', { token, body }))[0]).toBeLessThan(300);
    const sent = await agent.submit(page, '/second-factor', { otp_code: await owner.freshCode() });
    await expectNobodyIn(agent, sent, [400, 401, 422]);
  });
});

describe('between the page that asks for the password and its answer', () => {
  it('turning the second factor on makes the answer ask for it', async () => {
    const person = await newPerson(server);
    const { agent, page } = await openSignIn();
    const token = await signIn(server, person);
    const code = codeOf(await scan(server, token));
    expect((await post(server, 'enable_2fa', token, { code })).status).toBe(201);
    const sent = await agent.submit(page, '/sign-in', { ...person });
    expect(titleOf(sent)).toBe('Second step');
    await expectNobodyIn(agent, sent, [200, 201]);
  });

  it('a ban or a new password ends the sign-in', async () => {
    const person = await newPerson(server);
    const first = await openSignIn();
    await setState(person, 'banned');
    const banned = await first.agent.submit(first.page, '/sign-in', { ...person });
    await setState(person, 'active');
    await expectNobodyIn(first.agent, banned, [401]);
    const second = await openSignIn();
    const body = { old_password: person.password, new_password: 'an entirely different one' };
    const token = await signIn(server, person);
    expect(outcome(await call(server, 'PUT', '/api/v1/accounts/password', { token, body }))[0]).toBeLessThan(300);
    await expectNobodyIn(second.agent, await second.agent.submit(second.page, '/sign-in', { ...person }), [401]);
  });
});

/** Waits until the last look before somebody is let in stands behind a change that is not committed yet. */
const lastLookWaits = () =>
  eventually(async () => {
    const [row] = await server.sql<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR SHARE OF accounts, credentials%'`,
    );
    return row?.waiting === 1;
  });

/** Sends the right password while a transaction holds this change, which is committed once the password was checked. */
async function signInDuring(change: string, person: Person): Promise<{ agent: UserAgent; page: Page }> {
  const { agent, page } = await openSignIn();
  const other = new pg.Client({ connectionString: server.config.databaseUrl });
  await other.connect();
  try {
    await other.query('BEGIN');
    await other.query(change, [person.email]);
    const sending = agent.submit(page, '/sign-in', { ...person });
    await lastLookWaits();
    await other.query('COMMIT');
    return { agent, page: await sending };
  } finally {
    await other.end();
  }
}

describe('after the password was found right, in the last moment before the person is in', () => {
  it.each([
    ['a ban', "UPDATE accounts SET state = 'banned' WHERE email = $1"],
    ['the second factor being turned on', 'UPDATE accounts SET otp_enabled = true WHERE email = $1'],
    [
      'a new password',
      `UPDATE credentials SET password_hash = 'another' FROM accounts
       WHERE accounts.id = credentials.account_id AND email = $1`,
    ],
  ])('%s ends the sign-in', async (_, change) => {
    const { agent, page } = await signInDuring(change, await newPerson(server));
    await expectNobodyIn(agent, page, [401]);
  });

  it('a change of something else does not', async () => {
    const { page } = await signInDuring('UPDATE accounts SET level = 2 WHERE email = $1', await newPerson(server));
    expect(page.url).toContain('code=');
  });
});

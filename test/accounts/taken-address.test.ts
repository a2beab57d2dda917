import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, messageTo, newPerson, outbox, outcome, signIn, tokenIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

const PASSWORD = 'a long enough password';
const TAKEN = ['Email has already been taken'];
const OTHER = 'what the attacker wants';

let server: TestApp;

const signUp = (email: string, password: string) =>
  call(server, 'POST', '/api/v1/accounts', { body: { email, password } });
const trySignIn = (email: string, password: string) =>
  call(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: LOCAL_DEMO } });
const hashOf = async (email: string) => {
  const [row] = await server.sql<{ password_hash: string }>(
    'SELECT password_hash FROM credentials JOIN accounts ON accounts.id = account_id WHERE email = $1',
    [email],
  );
  return row?.password_hash;
};

describe('a neutral sign-up (C-02)', () => {
  beforeAll(async () => {
    server = await startApp({ RATE_LIMITS: 'off', SIGNUP_DISCLOSURE: 'neutral' });
  });
  afterAll(() => server.close());

  it('answers alike for a free, a pending and a confirmed address', async () => {
    const { email } = await newPerson(server);
    await signUp('pending@example.com', PASSWORD);
    const answers = [
      await signUp('free@example.com', OTHER),
      await signUp('pending@example.com', OTHER),
      await signUp(email, OTHER),
      await signUp(` ${email.toUpperCase()} `, OTHER),
    ];
    const seen = answers.map(({ status, headers, body }) => ({
      status,
      body,
      headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
    }));
    expect(seen[0]).toMatchObject({ status: 201, body: null });
    for (const other of seen) expect(other).toEqual(seen[0]);
  });

  it('refuses alike too, and weak passwords before anything else is known', async () => {
    const { email } = await newPerson(server);
    const refusals = [await signUp('another-free@example.com', 'short'), await signUp(email, 'short')];
    for (const refusal of refusals) {
      expect(outcome(refusal)).toEqual([422, ['Password is too short (minimum is 8 characters)']]);
    }
  });

  it('writes to the owner of a confirmed address, and leaves the password as it was', async () => {
    const person = await newPerson(server);
    const before = await hashOf(person.email);
    await signUp(person.email, OTHER);
    const mail = await messageTo(server, person.email, 2);
    expect(mail.subject).toBe('You already have an account');
    expect(mail.text).not.toContain('token=');
    expect(await hashOf(person.email)).toBe(before);
    expect(outcome(await trySignIn(person.email, OTHER))).toEqual([401, '401 Unauthorized']);
    await signIn(server, person);
  });

  it('sends a new link to a pending address, ends the old one and never takes the new password over', async () => {
    const email = 'squatted@example.com';
    await signUp(email, PASSWORD);
    const first = tokenIn(await messageTo(server, email), 'confirmation_token');
    const before = await hashOf(email);
    await signUp(email, OTHER);
    const second = tokenIn(await messageTo(server, email, 2), 'confirmation_token');
    expect(await hashOf(email)).toBe(before);
    const confirm = (confirmation_token: string) =>
      call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token } });
    expect(outcome(await confirm(first))).toEqual([422, ['Confirmation token is invalid']]);
    expect(outcome(await confirm(second))).toEqual([201, null]);
    expect(outcome(await trySignIn(email, OTHER))).toEqual([401, '401 Unauthorized']);
    await signIn(server, { email, password: PASSWORD });
  });

  it('answers 201 to all of many at once, and makes one account (C-79)', async () => {
    const email = 'crowd@example.com';
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUp(email, PASSWORD)));
    expect(answers.map(outcome)).toEqual(Array.from({ length: 20 }, () => [201, null]));
    expect(await server.sql('SELECT 1 FROM accounts WHERE email = $1', [email])).toHaveLength(1);
    await jobsDone(server);
    const links = (await outbox(server, email)).map((mail) => tokenIn(mail, 'confirmation_token'));
    const answer = await call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token: links[0] } });
    expect(outcome(answer)).toEqual([201, null]);
  });
});

describe('fifty sign-ups of one address at once', () => {
  let replicas: TestApp[] = [];
  beforeAll(async () => {
    const env = { RATE_LIMITS: 'off', SECRET_KEY: randomBytes(32).toString('base64') };
    const first = await startApp(env);
    replicas = [first, await startApp({ ...env, DATABASE_URL: first.config.databaseUrl })];
  });
  afterAll(async () => {
    for (const replica of replicas.reverse()) await replica.close();
  });

  it.each([1, 2])('on %i replica(s) make one account, send one mail and tell the others (C-79)', async (count) => {
    const stored = `rush${count}@example.com`;
    const spellings = [stored, stored.toUpperCase(), ` Rush${count}@Example.com `, `\uff52ush${count}@example.com`];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        call(replicas[n % count], 'POST', '/api/v1/accounts', {
          body: { email: spellings[n % spellings.length], password: PASSWORD },
        }),
      ),
    );
    const outcomes = answers.map(outcome);
    expect(outcomes.filter(([status]) => status === 201)).toEqual([[201, null]]);
    expect(outcomes.filter(([status]) => status !== 201)).toEqual(Array.from({ length: 49 }, () => [422, TAKEN]));

    const server = replicas[0];
    await jobsDone(server);
    expect(await server.sql('SELECT 1 FROM accounts WHERE email = $1', [stored])).toHaveLength(1);
    expect(await outbox(server, stored)).toHaveLength(1);
  });
});

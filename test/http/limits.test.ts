import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, messageTo, outbox, outcome, signIn, tokenIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { signedIn } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';

const TOO_MANY = [429, 'Too many requests, please try again later'];
const PASSWORD = 'a long enough password';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1', SMS_COUNTRIES: 'at,DE', SMS_PER_DAY: '40' });
});
afterAll(() => server.close());

/** A network that nobody else of these tests comes from. */
let networks = 0;
const newNetwork = (): string => `203.0.${(networks += 1)}.7`;

const from = (ip: string, path: string, body: object, token?: string): Promise<Answer> =>
  call(server, 'POST', `/api/v1${path}`, { headers: { 'x-forwarded-for': ip }, body, ...(token && { token }) });

async function personFrom(ip: string, email: string): Promise<string> {
  await from(ip, '/accounts', { email, password: PASSWORD });
  await from(ip, '/accounts/confirm', {
    confirmation_token: tokenIn(await messageTo(server, email), 'confirmation_token'),
  });
  return signIn(server, { email, password: PASSWORD });
}

async function signUpOnPage(email: string, password: string): Promise<number> {
  const agent = new UserAgent(server.url);
  return (await agent.submit(await agent.open('/sign-up'), '/sign-up', { email, password })).status;
}

/** How many there are once nothing is left to do. */
async function mailsTo(email: string): Promise<number> {
  await jobsDone(server);
  return (await outbox(server, email)).length;
}

describe('sign-ups from one network', () => {
  it('are ten an hour, also of 30 at once, and others are not touched', async () => {
    const ip = newNetwork();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        from(ip, '/accounts', { email: `many${n}@example.com`, password: PASSWORD }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(20);
    for (const answer of refused) {
      expect(outcome(answer)).toEqual(TOO_MANY);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3500);
    }
    expect((await from(newNetwork(), '/accounts', { email: 'one@example.com', password: PASSWORD })).status).toBe(201);
  });
});

describe('mails with a link', () => {
  it.each(['/security/reset_password', '/accounts/send_confirmation_instructions'])(
    'of %s are one a minute to an address, alike with and without an account',
    async (path) => {
      const email = `asked${path.length}@example.com`;
      await from(newNetwork(), '/accounts', { email, password: PASSWORD });
      await messageTo(server, email);
      for (const address of [email, `nobody${path.length}@example.com`]) {
        for (let n = 0; n < 3; n += 1) {
          expect(outcome(await from(newNetwork(), path, { email: address }))).toEqual([201, null]);
        }
      }
      await jobsDone(server);
      await messageTo(server, email, 2);
      expect((await outbox(server, email)).length).toBe(2);
    },
  );

  it('go to an owner who asks from where they signed in, however many others asked for (C-09)', async () => {
    const home = newNetwork();
    const email = 'bothered@example.com';
    await personFrom(home, email);
    const signInFromHome = { email, password: PASSWORD, application_id: 'local-demo' };
    expect((await from(home, '/sessions', signInFromHome)).status).toBe(201);
    const asked = [newNetwork(), newNetwork(), home, home];
    const mails: number[] = [];
    for (const ip of asked) {
      // Who gets no mail hears the same as who gets one, or it would tell where the owner signed in (C-03).
      expect(outcome(await from(ip, '/security/reset_password', { email }))).toEqual([201, null]);
      mails.push(await mailsTo(email));
    }
    expect(mails).toEqual([2, 2, 3, 3]);
  });

  it('come on, one an hour, when all of the day are used up', async () => {
    const email = 'used-up@example.com';
    await personFrom(newNetwork(), email);
    const ask = async () => {
      await server.sql(`DELETE FROM rate_limits WHERE key LIKE 'security.send_password_reset-minute%'`);
      expect((await from(newNetwork(), '/security/reset_password', { email })).status).toBe(201);
      return mailsTo(email);
    };
    const mails: number[] = [];
    for (let n = 0; n < 8; n += 1) mails.push(await ask());
    await server.sql(`UPDATE rate_limits SET expire = 0 WHERE key LIKE 'security.send_password_reset-hour%'`);
    mails.push(await ask(), await ask());
    expect(mails).toEqual([2, 3, 4, 5, 6, 7, 7, 7, 8, 8]);
  });

  it('that confirm are one a minute, signed up with again or asked for (C-02)', async () => {
    const email = 'unconfirmed@example.com';
    await from(newNetwork(), '/accounts', { email, password: PASSWORD });
    const again = () => signUpOnPage(email, `${PASSWORD} again`);
    const resend = async () => (await from(newNetwork(), '/accounts/send_confirmation_instructions', { email })).status;
    const mails: number[] = [];
    for (const ask of [again, again, resend]) {
      expect([200, 201]).toContain(await ask());
      mails.push(await mailsTo(email));
    }
    await server.sql(`DELETE FROM rate_limits WHERE key LIKE 'accounts.resend_confirmation-minute%'`);
    for (const ask of [resend, again]) {
      expect([200, 201]).toContain(await ask());
      mails.push(await mailsTo(email));
    }
    expect(mails).toEqual([2, 2, 2, 3, 3]);
  });

  it('tell an owner once a day that others sign up with their address, who learn nothing of it (C-02)', async () => {
    const email = 'coveted@example.com';
    await personFrom(newNetwork(), email);
    for (let n = 0; n < 3; n += 1) expect(await signUpOnPage(email, `${PASSWORD} ${n}`)).toBe(200);
    expect(await mailsTo(email)).toBe(2);
  });

  it('are twenty an hour from a network, whatever the addresses', async () => {
    const ip = newNetwork();
    const ask = (n: number) => from(ip, '/security/reset_password', { email: `guess${n}@example.com` });
    const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => ask(n)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  });
});

describe('SMS', () => {
  /** Each in a block of its own. */
  const german = (n: number): string => `+49151${10_000_000 + n * 1_000_007}`;
  const add = (token: string, number: string, ip = newNetwork()) =>
    from(ip, '/phones', { phone_number: number }, token);

  it('are one a minute of an account, also of ten at once', async () => {
    const token = await personFrom(newNetwork(), 'texter@example.com');
    const numbers = Array.from({ length: 10 }, (_, n) => german(n));
    const answers = await Promise.all(numbers.map((number) => add(token, number)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(outcome(answers.find(({ status }) => status !== 201) as Answer)).toEqual(TOO_MANY);
  });

  it('are three in ten minutes to a number, over all accounts', async () => {
    const said: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const token = await personFrom(newNetwork(), `sharer${n}@example.com`);
      said.push((await add(token, german(9))).status);
    }
    expect(said).toEqual([201, 201, 201, 429]);
  });

  it('go to the countries that are named', async () => {
    const token = await personFrom(newNetwork(), 'abroad@example.com');
    expect(outcome(await add(token, '+33612345678'))).toEqual([400, 'Phone numbers of this country are not supported']);
  });

  it('are ten an hour from a network', async () => {
    const ip = newNetwork();
    const said: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      const token = await personFrom(newNetwork(), `office${n}@example.com`);
      said.push((await add(token, german(n + 10), ip)).status);
    }
    expect(said).toEqual([...Array<number>(10).fill(201), 429]);
  });

  it('to one country are half of those of a day at most', async () => {
    await server.sql(`DELETE FROM rate_limits WHERE key LIKE 'sms-country%'`);
    await server.sql(`UPDATE rate_limits SET points = 0 WHERE key LIKE 'sms-all%'`);
    const numbers = [30, 31, 32].map(german);
    const tokens = await Promise.all(numbers.map((_, n) => personFrom(newNetwork(), `country${n}@example.com`)));
    expect((await add(tokens[0] ?? '', numbers[0] ?? '')).status).toBe(201);
    await server.sql(`UPDATE rate_limits SET points = 19 WHERE key LIKE 'sms-country%'`);
    expect((await add(tokens[1] ?? '', numbers[1] ?? '')).status).toBe(201);
    expect((await add(tokens[2] ?? '', numbers[2] ?? '')).status).toBe(429);
  });
});

describe('the password asked of somebody who is signed in (C-16)', () => {
  it('may be wrong five times in a quarter of an hour, also of 20 at once', async () => {
    const email = 'guessed@example.com';
    const token = await personFrom(newNetwork(), email);
    const change = async (old_password: string, token: string) => {
      const body = { old_password, new_password: 'quite another one' };
      return outcome(await call(server, 'PUT', '/api/v1/accounts/password', { token, body }));
    };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => change(`guess number ${n}`, token)));
    expect(answers.filter(([, said]) => said === '401 Unauthorized')).toHaveLength(5);
    // The first one too many ends the session; the rest hear one or the other.
    expect(answers).toContainEqual(TOO_MANY);
    expect(await change(PASSWORD, token)).toEqual([401, 'The access token is invalid']);
    expect(await change(PASSWORD, await signIn(server, { email, password: PASSWORD }))).toEqual(TOO_MANY);
  });

  it('ends the session of whoever goes on guessing on our page', async () => {
    const email = 'thief-at-it@example.com';
    await personFrom(newNetwork(), email);
    const agent = await signedIn(server, { email, password: PASSWORD });
    const page = await agent.open('/account/security/password');
    const guess = () =>
      agent.submit(page, '/password', { current_password: 'a guess', new_password: 'quite another one' });
    for (let n = 0; n < 5; n += 1) expect((await guess()).status).toBe(422);
    expect(new URL((await agent.open('/account')).url).pathname).toBe('/account');
    expect((await guess()).status).toBe(429);
    expect(new URL((await agent.open('/account')).url).pathname).toBe('/sign-in');
  });

  it('counts only when it is wrong', async () => {
    const token = await personFrom(newNetwork(), 'owner@example.com');
    const same = { old_password: PASSWORD, new_password: PASSWORD };
    for (let n = 0; n < 7; n += 1) {
      expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body: same })).status).toBe(422);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newClient, tokensFor } from '../oauth/flow.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, messageTo, newPerson, outbox, type Person, signIn } from '../support/client.js';
import { noticesOf, post, signedIn, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { givePasskey, resetPassword } from './account-owner.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const SETTINGS = '/account/settings';
const SENT = 'We have sent a link to the new address. It is good for an hour. Nothing changes until you follow it.';
const HOLDS = 'Thank you. The new address is your login now. Please sign in with it.';
const DEAD = 'This link is not good any more: it was used already, is older than an hour, or a newer one was sent.';
const TAKEN = 'This address has an account of its own by now, so the change is not possible.';
const DEAD_REVERT = 'This link is not good any more: it was used already, or is older than 72 hours.';

let addresses = 0;
const freshAddress = (): string => `moved${(addresses += 1)}@example.com`;
const pathOf = ({ url }: Page): string => new URL(url).pathname;
const statusWith = async (token: string): Promise<number> =>
  (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;
const canSignIn = async (email: string, { password }: Person): Promise<boolean> => {
  const body = { email, password, application_id: 'local-demo' };
  return (await call(server, 'POST', '/api/v1/sessions', { body })).status === 201;
};

/** The newest link of this kind that an address was sent, as path and query. */
async function linkTo(email: string, path: 'confirm-email' | 'revert-email'): Promise<string> {
  const link = await eventually(async () => {
    const texts = (await outbox(server, email)).map(({ text }) => text);
    return texts.map((text) => new RegExp(`/${path}\\?\\w+=[\\w-]+`).exec(text)?.[0]).find(Boolean);
  });
  return link ?? '';
}

const ask = async (agent: UserAgent, email: string): Promise<Page> =>
  agent.submit(await agent.open(SETTINGS), '/settings/email', { new_email: email });

/** Opens a link and presses its button, in a browser of its own. */
async function follow(link: string): Promise<Page> {
  const agent = new UserAgent(server.url);
  return agent.submit(await agent.open(link), link.split('?')[0] ?? '');
}

async function moved(person: Person, agent?: UserAgent): Promise<string> {
  const email = freshAddress();
  await ask(agent ?? (await signedIn(server, person)), email);
  expect(noticesOf(await follow(await linkTo(email, 'confirm-email')))).toEqual([HOLDS]);
  return email;
}

describe('a change of the e-mail address (C-27)', () => {
  it('waits for the link; then the new address is the login, and everything that was signed in has ended', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const agent = await signedIn(server, person);
    const { tokens } = await tokensFor(server, await newClient(server), person);
    await call(server, 'POST', '/api/v1/security/reset_password', { body: { email: person.email } });
    const email = freshAddress();
    const page = await ask(agent, ` ${email.toUpperCase()} `);
    expect([page.url, noticesOf(page)]).toEqual([`${server.url}${SETTINGS}?done=sent`, [SENT]]);
    expect(page.html).toContain(`<strong>${email}</strong>`);

    const link = await linkTo(email, 'confirm-email');
    const opened = await new UserAgent(server.url).open(link);
    expect([opened.status, titleOf(opened)]).toEqual([200, 'Confirm your new e-mail address']);
    expect([await canSignIn(person.email, person), await canSignIn(email, person)]).toEqual([true, false]);
    const reset = await eventually(async () => {
      const [row] = await server.sql<{ count: number }>('SELECT count(*)::int FROM password_resets');
      return row?.count === 1;
    });
    expect(reset).toBe(true);

    expect(noticesOf(await follow(link))).toEqual([HOLDS]);
    expect([await canSignIn(person.email, person), await canSignIn(email, person)]).toEqual([false, true]);
    expect([await statusWith(token), await statusWith(tokens.access_token)]).toEqual([401, 401]);
    expect(pathOf(await agent.open('/account'))).toBe('/sign-in');
    expect(await server.sql('SELECT 1 FROM password_resets')).toEqual([]);
    const mails = await outbox(server, person.email);
    expect(mails.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['A new e-mail address was asked for', 'Your e-mail address was changed']),
    );
    const entries = await server.sql<{ action: string; details: object }>(
      `SELECT action, details FROM audit_entries WHERE action LIKE 'email%' ORDER BY id`,
    );
    expect(entries.map(({ action }) => action)).toEqual(['email_change.requested', 'email.changed']);
    expect(JSON.stringify(entries)).not.toContain('@');
  });

  it('says the same whether or not another account has the address, and only its mailbox learns that', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const agent = await signedIn(server, person);
    const free = await ask(agent, freshAddress());
    const taken = await ask(agent, other.email);
    expect([taken.status, taken.url, noticesOf(taken)]).toEqual([free.status, free.url, noticesOf(free)]);
    const page = await follow(await linkTo(other.email, 'confirm-email'));
    expect(noticesOf(page)).toEqual([TAKEN]);
    expect([await canSignIn(person.email, person), await canSignIn(other.email, other)]).toEqual([true, true]);
  });

  it('gives one address to one of two accounts that want it at the same time', async () => {
    const email = freshAddress();
    const people = [await newPerson(server), await newPerson(server)];
    const links: string[] = [];
    for (const [index, person] of people.entries()) {
      await ask(await signedIn(server, person), email);
      await messageTo(server, email, index + 1);
      links.push(await linkTo(email, 'confirm-email'));
    }
    const pages = await Promise.all(links.map(follow));
    expect(pages.map((page) => noticesOf(page)[0]).sort()).toEqual([HOLDS, TAKEN].sort());
  });

  it('is redeemed exactly once, also in parallel (C-80)', async () => {
    const person = await newPerson(server);
    const email = freshAddress();
    await ask(await signedIn(server, person), email);
    const link = await linkTo(email, 'confirm-email');
    const pages = await Promise.all(Array.from({ length: 8 }, () => follow(link)));
    const said = pages.map((page) => noticesOf(page)[0]);
    expect(said.filter((notice) => notice === HOLDS)).toHaveLength(1);
    expect(said.filter((notice) => notice === DEAD)).toHaveLength(7);
    const [row] = await server.sql<{ count: number }>(`SELECT count(*)::int FROM email_reverts WHERE old_email = $1`, [
      person.email,
    ]);
    expect(row?.count).toBe(1);
  });

  it.each<[string, (person: Person, agent: UserAgent) => Promise<unknown>]>([
    ['a newer link', (_person, agent) => ask(agent, freshAddress())],
    ['an hour', () => server.sql(`UPDATE email_changes SET expires_at = now()`)],
    ['giving it up', async (_person, agent) => agent.submit(await agent.open(SETTINGS), '/email/cancel')],
    [
      'a new password',
      async (person) => {
        const body = { old_password: person.password, new_password: 'another long password' };
        const token = await signIn(server, person);
        expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body })).status).toBe(200);
      },
    ],
    ['a ban', ({ email }) => server.sql(`UPDATE accounts SET state = 'banned' WHERE email = $1`, [email])],
  ])('ends with %s', async (_name, work) => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const email = freshAddress();
    await ask(agent, email);
    const link = await linkTo(email, 'confirm-email');
    await work(person, agent);
    expect(noticesOf(await follow(link))).toEqual([DEAD]);
    expect(await server.sql('SELECT 1 FROM accounts WHERE email = $1', [email])).toEqual([]);
  });

  it('moves the account that asked for the link, to the address it was sent to, and no other', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server, 'quite another password')];
    const [mine, theirs] = [freshAddress(), freshAddress()];
    await ask(await signedIn(server, person), mine);
    await ask(await signedIn(server, other), theirs);
    await follow(await linkTo(theirs, 'confirm-email'));
    expect([await canSignIn(theirs, other), await canSignIn(theirs, person)]).toEqual([true, false]);
    expect(await canSignIn(person.email, person)).toBe(true);
  });

  it('takes what is a new address only, and tells why not', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    for (const typed of ['nonsense', 'a@b', '', 'a@example.com,b@example.com', `${'x'.repeat(300)}@example.com`]) {
      const page = await ask(agent, typed);
      expect(page.status).toBe(422);
      expect(page.html).toContain('This is not an e-mail address.');
    }
    const same = await ask(agent, person.email.toUpperCase());
    expect([same.status, same.html.includes('This is the address that your account has now.')]).toEqual([422, true]);
    expect(await outbox(server, 'a@example.com')).toEqual([]);
  });

  it('opens nothing for tokens that never were, and takes no form from another site', async () => {
    const agent = new UserAgent(server.url);
    for (const link of ['/confirm-email', '/revert-email']) {
      expect((await agent.open(link)).status).toBe(200);
      expect(noticesOf(await post(server, agent, link, {}))[0]).toMatch(/^This link is not good any more/);
      const headers = { 'sec-fetch-site': 'cross-site', accept: 'text/html' };
      expect((await call(server, 'POST', link, { headers, body: new URLSearchParams() })).status).toBe(403);
    }
    const signed = await signedIn(server, await newPerson(server));
    expect((await post(server, signed, `${SETTINGS}/email`, { new_email: freshAddress() })).status).toBe(403);
    expect((await post(server, signed, `${SETTINGS}/email/cancel`, {})).status).toBe(403);
  });

  it('keeps tokens out of the database', async () => {
    const person = await newPerson(server);
    const email = await moved(person);
    await ask(await signedIn(server, { ...person, email }), freshAddress());
    const link = await linkTo(person.email, 'revert-email');
    const rows = await server.sql('SELECT * FROM email_changes, email_reverts');
    expect(JSON.stringify(rows)).not.toContain(link.split('=')[1]);
  });
});

describe('a change taken back by the old address (C-27)', () => {
  it('makes it the login again, and ends everything, as often as was changed', async () => {
    const person = await newPerson(server);
    const email = await moved(person);
    const thief = await signedIn(server, { ...person, email });
    const third = await moved({ ...person, email }, thief);
    const token = await signIn(server, { ...person, email: third });
    const again = await linkTo(email, 'revert-email');
    await givePasskey(server, third);
    const link = await linkTo(person.email, 'revert-email');
    expect(titleOf(await new UserAgent(server.url).open(link))).toBe('Take the change back');
    expect(await canSignIn(third, person)).toBe(true);

    expect(noticesOf(await follow(link))[0]).toMatch(/^Your account belongs to this address again/);
    // Whoever moved the account away knew its password and may have added a passkey: only a new password gets in.
    expect([await canSignIn(person.email, person), await canSignIn(third, person)]).toEqual([false, false]);
    expect(await server.sql('SELECT 1 FROM passkeys')).toEqual([]);
    const password = 'a password of the owner';
    await resetPassword(server, person.email, password);
    expect(await canSignIn(person.email, { ...person, password })).toBe(true);
    expect(await statusWith(token)).toBe(401);
    for (const dead of [link, again]) expect(noticesOf(await follow(dead))).toEqual([DEAD_REVERT]);
    for (const told of [person.email, third]) {
      await eventually(async () =>
        (await outbox(server, told)).some(
          ({ subject }) => subject === 'The change of your e-mail address was taken back',
        ),
      );
    }
  });

  it('works after the thief has changed the password, once, and no longer than 72 hours', async () => {
    const person = await newPerson(server);
    const email = await moved(person);
    const body = { old_password: person.password, new_password: 'the password of a thief' };
    const token = await signIn(server, { ...person, email });
    await call(server, 'PUT', '/api/v1/accounts/password', { token, body });
    const link = await linkTo(person.email, 'revert-email');
    const pages = await Promise.all(Array.from({ length: 5 }, () => follow(link)));
    expect(pages.filter((page) => noticesOf(page)[0] !== DEAD_REVERT)).toHaveLength(1);

    const other = await newPerson(server);
    await moved(other);
    const late = await linkTo(other.email, 'revert-email');
    await server.sql(`UPDATE email_reverts SET expires_at = now()`);
    expect(noticesOf(await follow(late))).toEqual([DEAD_REVERT]);
  });

  it('ends a change that is under way', async () => {
    const person = await newPerson(server);
    const email = await moved(person);
    const next = freshAddress();
    await ask(await signedIn(server, { ...person, email }), next);
    const pending = await linkTo(next, 'confirm-email');
    await follow(await linkTo(person.email, 'revert-email'));
    expect(noticesOf(await follow(pending))).toEqual([DEAD]);
  });

  it('is not kept out by a sign-up that nobody confirmed, but by an account that somebody did', async () => {
    const person = await newPerson(server);
    await moved(person);
    await call(server, 'POST', '/api/v1/accounts', { body: { email: person.email, password: 'a squatting password' } });
    await follow(await linkTo(person.email, 'revert-email'));
    const kept = 'SELECT state FROM accounts WHERE email = $1';
    expect(await server.sql(kept, [person.email])).toEqual([{ state: 'active' }]);

    const other = await newPerson(server);
    const email = await moved(other);
    await call(server, 'POST', '/api/v1/accounts', { body: { email: other.email, password: 'a second password' } });
    await server.sql(`UPDATE accounts SET state = 'active', level = 1, email_confirmed_at = now() WHERE email = $1`, [
      other.email,
    ]);
    expect(noticesOf(await follow(await linkTo(other.email, 'revert-email')))).toEqual([
      'This address has an account of its own by now. Please write to our support.',
    ]);
    expect(await canSignIn(email, other)).toBe(true);
  });
});

describe('the limit of links', () => {
  it('is five in a day for an account, also when each is given up', async () => {
    const strict = await startApp({ RATE_LIMITS: 'on' });
    try {
      const agent = await signedIn(strict, await newPerson(strict));
      const send = async () =>
        agent.submit(await agent.open(SETTINGS), '/settings/email', { new_email: freshAddress() });
      for (let index = 0; index < 5; index += 1) {
        expect(noticesOf(await send())).toEqual([SENT]);
        await agent.submit(await agent.open(SETTINGS), '/email/cancel');
      }
      const refused = await send();
      expect([refused.status, refused.html]).toEqual([429, expect.stringContaining('Too many links were asked for')]);
    } finally {
      await strict.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMember } from '../admin/staff.js';
import { newToken, submit as submitDocument, picture } from '../documents/uploads.js';
import { newClient, postForm, refresh, said, tokensFor } from '../oauth/flow.js';
import { submit as submitProfile } from '../profiles/profiles.js';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { call, eventually, newPerson, outbox, type Person, signIn } from '../support/client.js';
import { adminSignedIn, noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const PATH = '/account/settings/delete';
const exists = async (email: string): Promise<boolean> =>
  (await server.sql('SELECT 1 FROM accounts WHERE email = $1', [email])).length === 1;
const statusWith = async (token: string): Promise<number> =>
  (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;
const remove = async (agent: UserAgent, { email, password }: Person): Promise<Page> =>
  agent.submit(await agent.open(PATH), '/settings/delete', { email, password });

/** How many rows of all tables hold an account's id. */
async function rowsOf(accountId: string): Promise<Record<string, number>> {
  const tables = await server.sql<{ table_name: string }>(
    `SELECT table_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'account_id' ORDER BY table_name`,
  );
  const counts: Record<string, number> = {};
  for (const { table_name: table } of tables) {
    const [row] = await server.sql<{ count: number }>(`SELECT count(*)::int FROM ${table} WHERE account_id = $1`, [
      accountId,
    ]);
    if (row && row.count > 0) counts[table] = row.count;
  }
  return counts;
}

describe('deleting an account by its owner', () => {
  it('says first what goes and what stays', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const page = await agent.open(PATH);
    expect([page.status, titleOf(page)]).toEqual([200, 'Delete my account']);
    for (const words of ['This cannot be undone', 'every session', 'audit log']) expect(textOf(page)).toContain(words);
  });

  it('removes all of it and ends everything at once; the audit log stays, and a last mail is sent', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    await submitProfile(server, token);
    await submitDocument(server, token, { bytes: await picture('jpeg') });
    await call(server, 'POST', '/api/v1/labels', { token, body: { key: 'colour', value: 'green' } });
    const client = await newClient(server);
    const scope = { scope: 'openid account:read offline_access', prompt: 'consent' };
    const { tokens, agent: other } = await tokensFor(server, client, person, scope);
    const [row] = await server.sql<{ id: string; uid: string }>('SELECT id, uid FROM accounts WHERE email = $1', [
      person.email,
    ]);
    const { id = '', uid = '' } = row ?? {};
    expect(Object.keys(await rowsOf(id))).toEqual(
      expect.arrayContaining(['consents', 'credentials', 'documents', 'labels', 'profiles', 'sessions']),
    );

    const agent = await signedIn(server, person);
    const page = await remove(agent, { ...person, email: ` ${person.email.toUpperCase()}` });
    expect([page.status, titleOf(page)]).toEqual([200, 'Your account is deleted']);
    expect(page.html).not.toContain(person.email);
    expect(agent.cookie('barong_session')).toBeUndefined();

    expect(await exists(person.email)).toBe(false);
    expect(await rowsOf(id)).toEqual({});
    expect(await server.sql('SELECT 1 FROM oidc_records WHERE account_uid = $1', [uid])).toEqual([]);
    for (const each of [token, tokens.access_token]) expect(await statusWith(each)).toBe(401);
    expect(said(await refresh(server, client, tokens.refresh_token))).toEqual([400, 'invalid_grant']);
    const introspection = { ...client.credentials, token: tokens.access_token };
    expect((await postForm(server, '/oauth/introspect', introspection)).body).toEqual({ active: false });
    for (const browser of [agent, other]) {
      expect(new URL((await browser.open('/account')).url).pathname).toBe('/sign-in');
    }

    const actions = await server.sql<{ action: string; actor_uid: string }>(
      `SELECT action, actor_uid FROM audit_entries WHERE target = $1 ORDER BY id DESC LIMIT 1`,
      [uid],
    );
    expect(actions).toEqual([{ action: 'account.deleted', actor_uid: uid }]);
    await eventually(async () =>
      (await outbox(server, person.email)).some(({ subject }) => subject === 'Your account was deleted'),
    );
  });

  it('wants the own address typed and the right password', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const agent = await signedIn(server, person);
    for (const [given, said] of [
      [{ ...person, email: other.email }, 'This is not the address of your account.'],
      [{ ...person, email: '' }, 'This is not the address of your account.'],
      [{ ...person, email: 'yes' }, 'This is not the address of your account.'],
      [{ ...person, password: 'not this one' }, 'The password is not right.'],
      [{ ...person, password: '' }, 'The password is not right.'],
    ] as const) {
      const page = await remove(agent, given);
      expect([page.status, noticesOf(page)]).toEqual([422, [said]]);
      expect(page.html).not.toContain('not this one');
    }
    expect([await exists(person.email), await exists(other.email)]).toEqual([true, true]);
    expect(new URL((await agent.open('/account')).url).pathname).toBe('/account');
  });

  it('takes no form without its token or of another session', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const strange = await (await signedIn(server, person)).open(PATH);
    expect((await post(server, agent, PATH, { ...person })).status).toBe(403);
    expect((await post(server, agent, PATH, { ...person }, strange)).status).toBe(403);
    expect(await exists(person.email)).toBe(true);
  });

  it('happens once, also when the form is sent many times at once', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const form = await agent.open(PATH);
    const pages = await Promise.all(
      Array.from({ length: 5 }, () => agent.submit(form, '/settings/delete', { ...person })),
    );
    expect(pages.filter((page) => titleOf(page) === 'Your account is deleted')).toHaveLength(1);
    expect(pages.every(({ status }) => status < 500)).toBe(true);
    expect(await exists(person.email)).toBe(false);
  });

  it('frees the address, and leaves nothing of the old account to the new one', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    await remove(await signedIn(server, person), person);
    const answer = await call(server, 'POST', '/api/v1/accounts', { body: person });
    expect(answer.status).toBe(201);
    expect(await statusWith(token)).toBe(401);
  });

  it('is refused to the last admin only', async () => {
    const agent = await adminSignedIn(server);
    const refused = await remove(agent, ADMIN);
    expect([refused.status, noticesOf(refused)]).toEqual([
      422,
      ['You are the last admin. Make somebody else admin first.'],
    ]);
    expect(await exists(ADMIN.email)).toBe(true);
    await newMember(server, 'admin');
    expect(titleOf(await remove(agent, ADMIN))).toBe('Your account is deleted');
  });

  it('leaves one of two admins who both go at the same time (C-73)', async () => {
    const pair = [await newMember(server, 'admin'), await newMember(server, 'admin')];
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE role = 'admin' AND uid <> ALL ($1)`, [
      pair.map(({ uid }) => uid),
    ]);
    const agents = await Promise.all(pair.map(({ email, password }) => signedIn(server, { email, password })));
    const pages = await Promise.all(agents.map((agent, index) => remove(agent, pair[index] ?? ADMIN)));
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(await server.sql(`SELECT 1 FROM accounts WHERE role = 'admin' AND state = 'active'`)).toHaveLength(1);
  });

  it('is no way for tokens', async () => {
    const token = await newToken(server);
    expect((await call(server, 'POST', PATH, { token, body: {} })).status).toBe(401);
    expect(await statusWith(token)).toBe(200);
  });

  // Last: a second application in one process takes over the first one's check of tokens.
  it('is no way to find out a password: five wrong ones end the session (C-16)', async () => {
    const strict = await startApp({ RATE_LIMITS: 'on' });
    try {
      const person = await newPerson(strict);
      const agent = await signedIn(strict, person);
      const form = await agent.open(PATH);
      const wrong = { ...person, password: 'not this one' };
      const pages = await Promise.all(Array.from({ length: 5 }, () => agent.submit(form, '/settings/delete', wrong)));
      expect(pages.map(({ status }) => status)).toEqual(Array(5).fill(422));
      const page = await agent.submit(form, '/settings/delete', { ...person });
      expect([page.status, noticesOf(page)]).toEqual([
        429,
        ['Too many wrong passwords. Please wait a quarter of an hour.'],
      ]);
      expect(agent.cookie('barong_session')).toBeUndefined();
      await post(strict, agent, PATH, { ...person }, form);
      expect(new URL((await agent.open('/account')).url).pathname).toBe('/sign-in');
      expect(await strict.sql('SELECT 1 FROM accounts WHERE email = $1', [person.email])).toHaveLength(1);
    } finally {
      await strict.close();
    }
  });
});

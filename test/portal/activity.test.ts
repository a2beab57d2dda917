import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person, signIn, signInAdmin } from '../support/client.js';
import { signedIn, textOf, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const PATH = '/account/activity';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** The cells of the table, row by row. */
const rowsOf = ({ html }: Page): string[][] =>
  [...(/<tbody>(.*?)<\/tbody>/s.exec(html)?.[1] ?? '').matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) =>
      cell
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
const uidOf = async ({ email }: Person): Promise<string> =>
  (await server.sql<{ uid: string }>('SELECT uid FROM accounts WHERE email = $1', [email]))[0]?.uid ?? '';

async function add(uid: string, action: string, details: object = {}, actor: string | null = uid): Promise<void> {
  await server.sql(
    `INSERT INTO audit_entries (actor_uid, action, target, ip, details) VALUES ($1, $2, $3, '203.0.113.9', $4)`,
    [actor, action, uid, JSON.stringify(details)],
  );
}

describe('activity of an account', () => {
  it('tells what happened, newest first, with address and device', async () => {
    const person = await newPerson(server);
    await call(server, 'POST', '/api/v1/sessions', {
      body: { ...person, password: 'not this one', application_id: 'local-demo' },
    });
    const agent = await signedIn(server, person, new UserAgent(server.url, SAFARI));
    const page = await agent.open(PATH);
    expect([page.status, titleOf(page)]).toEqual([200, 'Activity']);
    const rows = rowsOf(page).map(([, ...cells]) => cells);
    expect(rows).toEqual([
      ['Signed in', 'You', '127.0.0.1 Safari on iPhone'],
      ['Somebody tried to sign in with a wrong password', 'Not signed in', expect.stringMatching(/^127\.0\.0\.1 /)],
      ['The e-mail address was confirmed', 'You', expect.anything()],
      ['The account was created', 'Not signed in', expect.anything()],
    ]);
  });

  it('knows the device of a session that is over, and says so when it does not', async () => {
    const person = await newPerson(server);
    const headers = { 'user-agent': 'curl/8.5.0' };
    const body = { ...person, application_id: 'local-demo' };
    const { body: token } = await call<string>(server, 'POST', '/api/v1/sessions', { body, headers });
    await call(server, 'DELETE', '/api/v1/sessions/current', { token, headers: { 'user-agent': 'stranger/1.0' } });
    const rows = rowsOf(await (await signedIn(server, person)).open(PATH));
    expect(rows.slice(1, 3).map(([, ...cells]) => cells)).toEqual([
      ['A session was ended', 'You', '127.0.0.1 Unknown device'],
      ['Signed in', 'You', '127.0.0.1 curl'],
    ]);
  });

  it('tells that staff did something, but not who, from where, or what they noted', async () => {
    const person = await newPerson(server);
    const uid = await uidOf(person);
    const admin = await signInAdmin(server);
    await call(server, 'POST', `/api/v1/admin/accounts/${uid}/labels`, {
      token: admin,
      body: { key: 'risk', value: 'secret-verdict', scope: 'private' },
    });
    await add(uid, 'profile.reviewed', { reason: 'inner thoughts' }, 'ID00000000FF');
    const page = await (await signedIn(server, person)).open(PATH);
    const texts = rowsOf(page).map(([, ...cells]) => cells);
    expect(texts).toContainEqual(['The profile was reviewed', 'Our staff', 'not shown']);
    for (const inner of ['inner thoughts', 'secret-verdict', 'ID00000000FF', '203.0.113.9']) {
      expect(page.html).not.toContain(inner);
    }
  });

  it('has words for what it does not know, and never shows codes, hashes or ids', async () => {
    const person = await newPerson(server);
    const uid = await uidOf(person);
    for (const action of ['something.new_and_secret', 'constructor', '<b>'])
      await add(uid, action, { address: 'abcd' });
    const page = await (await signedIn(server, person)).open(PATH);
    expect(
      rowsOf(page)
        .slice(1, 4)
        .map(([, what]) => what),
    ).toEqual(Array(3).fill('Something about your account was recorded'));
    expect(textOf(page)).not.toMatch(/new_and_secret|constructor|abcd|[0-9a-f]{16}/);
  });

  it('pages, and shows nothing of others', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const [uid, stranger] = [await uidOf(person), await uidOf(other)];
    for (let index = 0; index < 30; index += 1) await add(uid, 'phone.added');
    await add(stranger, 'password.changed');
    const agent = await signedIn(server, person);
    const first = await agent.open(PATH);
    expect(rowsOf(first)).toHaveLength(25);
    expect(textOf(first)).toContain('Page 1 of 2');
    const second = await agent.open(`${PATH}?page=2`);
    expect(rowsOf(second)).toHaveLength(8);
    expect(textOf(first) + textOf(second)).not.toContain('The password was changed');
    expect(textOf(await agent.open(`${PATH}?page=99`))).toContain('Nothing on this page.');
    expect((await agent.open(`${PATH}?page=x`)).status).toBe(400);
  });

  it('reads whole in Spanish', async () => {
    const agent = await signedIn(server, await newPerson(server));
    await agent.submit(await agent.open(PATH), '/language', { language: 'es' });
    const page = await agent.open(PATH);
    expect(rowsOf(page)[0]?.slice(1, 3)).toEqual(['Inicio de sesión', 'Tú']);
  });

  it('is not for tokens or strangers', async () => {
    const token = await signIn(server, await newPerson(server));
    expect((await call(server, 'GET', PATH, { token })).status).toBe(401);
    expect(new URL((await new UserAgent(server.url).open(PATH)).url).pathname).toBe('/sign-in');
  });
});

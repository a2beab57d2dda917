import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outbox, signIn } from '../support/client.js';
import { noticesOf, signedIn, titleOf } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { protectedPerson, wrongCode } from '../two-factor/authenticator.js';
import { newClient, requestOf } from '../oauth/flow.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

/** A page for whoever is signed in. */
const CLOSED = '/sign-in/again';

const pathOf = ({ url }: { url: string }): string => new URL(url).pathname;

describe('signing in on our pages', () => {
  it('leads to where the person wanted to go, and signing out ends it', async () => {
    const person = await newPerson(server);
    const agent = new UserAgent(server.url);
    const asked = await agent.open(CLOSED);
    expect([asked.status, pathOf(asked), titleOf(asked)]).toEqual([200, '/sign-in', 'Sign in']);
    const arrived = await agent.submit(asked, '/sign-in', { ...person });
    expect(pathOf(arrived)).toBe(CLOSED);
    const home = await agent.open('/');
    expect(home.html).toContain(person.email);
    expect(pathOf(await agent.submit(home, '/sign-out'))).toBe('/');
    expect(pathOf(await agent.open(CLOSED))).toBe('/sign-in');
  });

  it('says one thing about a wrong password and an unknown address (C-06)', async () => {
    const person = await newPerson(server);
    const agent = new UserAgent(server.url);
    const said: [number, string[]][] = [];
    for (const email of [person.email, 'nobody@example.com']) {
      const page = await agent.submit(await agent.open('/sign-in'), '/sign-in', { email, password: 'not this one' });
      said.push([page.status, noticesOf(page)]);
    }
    expect(said[0]).toEqual([422, ['The e-mail address or the password is not right.']]);
    expect(said[1]).toEqual(said[0]);
  });

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)'])(
    'never leads to %s (C-46)',
    async (target) => {
      const person = await newPerson(server);
      const agent = new UserAgent(server.url);
      const page = await agent.open(`/sign-in?return_to=${encodeURIComponent(target)}`);
      expect(/<main.*<\/main>/s.exec(page.html)?.[0]).not.toMatch(/evil|alert/);
      const body = new URLSearchParams({ ...person, return_to: target });
      const arrived = await agent.request(new URL('/sign-in', server.url), { method: 'POST', body });
      expect(arrived.url).toBe(`${server.url}/account`);
    },
  );

  it('asks for the second factor after a right password only, in the same browser only (C-20)', async () => {
    const { person, secret, freshCode } = await protectedPerson(server);
    const agent = new UserAgent(server.url);
    const second = await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...person });
    expect(titleOf(second)).toBe('Second step');
    expect(pathOf(await agent.open(CLOSED))).toBe('/sign-in');

    const other = new UserAgent(server.url);
    const body = new URLSearchParams({ otp_code: wrongCode(secret) });
    const stranger = await other.request(new URL('/sign-in/second-factor', server.url), { method: 'POST', body });
    expect(noticesOf(stranger)).toEqual(['That took too long. Please sign in again.']);

    const wrong = await agent.submit(second, '/second-factor', { otp_code: wrongCode(secret) });
    expect([wrong.status, noticesOf(wrong)]).toEqual([403, ['The code is not right.']]);
    expect(pathOf(await agent.submit(wrong, '/second-factor', { otp_code: await freshCode() }))).toBe('/account');
  });

  it('gives the browser a new cookie each time, and the old one opens nothing (C-28)', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const before = agent.cookie('barong_session');
    const again = await agent.open('/sign-in/again?return_to=/account');
    expect(titleOf(again)).toBe('Is it you?');
    await agent.submit(again, '/sign-in', { ...person });
    expect(agent.cookie('barong_session')).not.toBe(before);
    const thief = new UserAgent(server.url);
    thief.take('barong_session', before ?? '');
    thief.take('barong_session.sig', agent.cookie('barong_session.sig') ?? '');
    expect(pathOf(await thief.open(CLOSED))).toBe('/sign-in');
  });

  it('ends with the password, with a ban, and after half an hour without use', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const changing = await signedIn(server, person);
    const body = { old_password: person.password, new_password: 'another long password' };
    await call(server, 'PUT', '/api/v1/accounts/password', { token, body });
    expect(pathOf(await changing.open(CLOSED))).toBe('/sign-in');

    const idle = await signedIn(server, { ...person, password: body.new_password });
    await server.sql(`UPDATE oidc_records SET idle_expires_at = now() - interval '1 second' WHERE model = 'Session'`);
    expect(pathOf(await idle.open(CLOSED))).toBe('/sign-in');

    const banned = await signedIn(server, { ...person, password: body.new_password });
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE email = $1`, [person.email]);
    expect(pathOf(await banned.open(CLOSED))).toBe('/sign-in');
  });

  it('for 14 days when asked to, even if the browser is closed', async () => {
    const person = await newPerson(server);
    const agent = new UserAgent(server.url);
    await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...person, remember: '1' });
    const [row] = await server.sql<{ days: number; idle: Date | null }>(
      `SELECT round(extract(epoch FROM expires_at - now()) / 86400)::int AS days, idle_expires_at AS idle
       FROM oidc_records JOIN accounts ON accounts.uid = account_uid WHERE model = 'Session' AND email = $1`,
      [person.email],
    );
    expect(row).toEqual({ days: 14, idle: null });
  });
});

describe('staff', () => {
  it('are signed out after half an hour without use, whatever they asked for (C-75)', async () => {
    const agent = new UserAgent(server.url);
    await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...ADMIN, remember: '1' });
    expect(pathOf(await agent.open(CLOSED))).toBe(CLOSED);
    await server.sql(`UPDATE oidc_records SET last_seen_at = now() - interval '31 minutes' WHERE model = 'Session'`);
    expect(pathOf(await agent.open(CLOSED))).toBe('/sign-in');
  });
});

describe('one sign-in for pages and applications', () => {
  it('who is signed in on our pages is not asked again by an application', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const client = await newClient(server);
    const page = await agent.open((await requestOf(client)).url);
    expect(titleOf(page)).toBe('Do you agree?');
  });

  it('and who signed in for an application is signed in on our pages', async () => {
    const person = await newPerson(server);
    const agent = new UserAgent(server.url);
    const page = await agent.open((await requestOf(await newClient(server))).url);
    await agent.submit(page, '/sign-in', { ...person });
    expect((await agent.open('/')).html).toContain(person.email);
  });

  it('who signs in after somebody else gets nothing of theirs', async () => {
    const [first, second] = [await newPerson(server), await newPerson(server)];
    const agent = await signedIn(server, first);
    const page = await agent.open('/sign-in/again');
    await agent.submit(page, '/sign-in', { ...second });
    const home = await agent.open('/');
    expect(home.html).toContain(second.email);
    expect(home.html).not.toContain(first.email);
    const [left] = await server.sql<{ count: string }>(
      `SELECT count(*) FROM oidc_records JOIN accounts ON accounts.uid = account_uid
       WHERE model = 'Session' AND email = $1`,
      [first.email],
    );
    expect(left?.count).toBe('0');
  });
});

describe('forms of a signed-in person', () => {
  it('need the token of their own session (C-48)', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const other = await signedIn(server, await newPerson(server));
    const foreign = /name="form_token" value="([^"]+)"/.exec((await other.open('/')).html)?.[1] ?? '';
    for (const form of ['x=1', 'form_token=', `form_token=${foreign}`]) {
      const body = new URLSearchParams(form);
      const answer = await agent.request(new URL('/sign-out', server.url), { method: 'POST', body });
      expect([answer.status, noticesOf(answer)]).toEqual([403, ['This form is too old, please open the page again']]);
    }
    expect((await agent.open('/account/nothing')).status).toBe(404);
    expect((await agent.open('/')).html).toContain('/sign-out');
  });

  it('are not taken from another site, and the cookie counts on pages only', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const cookie = `barong_session=${agent.cookie('barong_session')}; barong_session.sig=${agent.cookie('barong_session.sig')}`;
    const headers = { cookie, 'sec-fetch-site': 'cross-site', accept: 'text/html' };
    expect((await call(server, 'POST', '/sign-out', { headers })).status).toBe(403);
    expect((await call(server, 'GET', '/api/v1/accounts/me', { headers: { cookie } })).status).toBe(401);
  });
});

describe('signing up on our pages', () => {
  it('says the same whether or not the address has an account (C-02)', async () => {
    const person = await newPerson(server);
    const agent = new UserAgent(server.url);
    const said: string[][] = [];
    for (const email of [person.email, 'fresh@example.com']) {
      const form = { email, password: 'a long enough password' };
      const page = await agent.submit(await agent.open('/sign-up'), '/sign-up', form);
      said.push([String(page.status), ...noticesOf(page)]);
    }
    expect(said[0]).toEqual(['200', 'We have sent you a mail. Follow its link to confirm your address.']);
    expect(said[1]).toEqual(said[0]);
    const weak = await agent.submit(await agent.open('/sign-up'), '/sign-up', {
      email: 'a@b.example',
      password: 'short',
    });
    expect(noticesOf(weak)).toEqual(['Password is too short (minimum is 8 characters)']);
    expect(await outbox(server, 'a@b.example')).toEqual([]);
  });
});

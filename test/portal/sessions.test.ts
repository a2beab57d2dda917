import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newClient, postForm, tokensFor } from '../oauth/flow.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, type Person, signIn } from '../support/client.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PATH = '/account/sessions';

const browserOf = (person: Person, identity = FIREFOX): Promise<UserAgent> =>
  signedIn(server, person, new UserAgent(server.url, identity));
const statusWith = async (token: string): Promise<number> =>
  (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;
const pathOf = ({ url }: Page): string => new URL(url).pathname;

/** The ids that the page's forms name. */
const idsOn = ({ html }: Page): string[] =>
  [...html.matchAll(/name="session" value="([^"]*)"/g)].map(([, id = '']) => id);

describe('sessions of an account', () => {
  it('lists browsers and programs in words, and which browser this is', async () => {
    const person = await newPerson(server);
    await call(server, 'POST', '/api/v1/sessions', {
      body: { ...person, application_id: 'local-demo' },
      headers: { 'user-agent': 'curl/8.5.0' },
    });
    await browserOf(person, 'Mozilla/5.0');
    const agent = await browserOf(person);
    const page = await agent.open(PATH);
    expect([page.status, titleOf(page)]).toEqual([200, 'Sessions']);
    const text = textOf(page);
    expect(text).toMatch(/Firefox on Windows in a browser from address 127\.0\.0\.1 this browser/);
    expect(text).toMatch(/curl at Local demo/);
    expect(text).toContain('Unknown device in a browser');
    expect(idsOn(page)).toHaveLength(2);
    expect(page.html.match(/this browser<\/span>/g)).toHaveLength(1);
  });

  it('ends one session of a program, whose token is dead at once', async () => {
    const person = await newPerson(server);
    const [kept, ended] = [await signIn(server, person), await signIn(server, person)];
    const agent = await signedIn(server, person);
    const opened = await agent.open(PATH);
    // The page names a session by its sid; which stands first among those of one second is anybody's guess.
    const session = idsOn(opened).find((id) => id.includes(String(claimsOf(ended).sid))) ?? '';
    const page = await post(server, agent, `${PATH}/end`, { session }, opened);
    expect([pathOf(page), noticesOf(page)]).toEqual([PATH, ['That session is over.']]);
    expect([await statusWith(kept), await statusWith(ended)]).toEqual([200, 401]);
    const again = await post(server, agent, `${PATH}/end`, { session }, page);
    expect([again.status, noticesOf(again)]).toEqual([404, ['There is no such session any more.']]);
  });

  it('ends another browser with all that was granted through it', async () => {
    const person = await newPerson(server);
    const client = await newClient(server);
    const other = await browserOf(person);
    const { tokens } = await tokensFor(server, client, person, {}, other);
    const agent = await signedIn(server, person);
    const page = await agent.submit(await agent.open(PATH), '/sessions/end');
    expect(noticesOf(page)).toEqual(['That session is over.']);
    expect(pathOf(await other.open('/account'))).toBe('/sign-in');
    expect(await statusWith(tokens.access_token)).toBe(401);
    const userinfo = await call(server, 'GET', '/oauth/userinfo', { token: tokens.access_token });
    expect(userinfo.status).toBe(401);
    const credentials = { ...client.credentials, token: tokens.access_token };
    expect((await postForm(server, '/oauth/introspect', credentials)).body).toEqual({ active: false });
  });

  it('ends all others of both kinds in one go, and this browser stays', async () => {
    const person = await newPerson(server);
    const [one, two] = [await signIn(server, person), await signIn(server, person)];
    const other = await browserOf(person);
    const { tokens } = await tokensFor(server, await newClient(server), person, {}, other);
    const agent = await signedIn(server, person);
    const page = await agent.submit(await agent.open(PATH), '/end-others');
    expect([page.status, noticesOf(page)]).toEqual([200, ['All other sessions are over.']]);
    expect(textOf(page)).toContain('You are signed in here and nowhere else.');
    expect(pathOf(await other.open('/account'))).toBe('/sign-in');
    for (const token of [one, two, tokens.access_token]) expect(await statusWith(token)).toBe(401);
    expect(idsOn(await agent.open(PATH))).toEqual([]);
  });

  it('ends no session of somebody else (C-71)', async () => {
    const victim = await newPerson(server);
    const token = await signIn(server, victim);
    const browser = await browserOf(victim);
    const listed = await (await signedIn(server, victim)).open(PATH);
    const thief = await signedIn(server, await newPerson(server));
    for (const session of [...idsOn(listed), 'nonsense', '', 'a'.repeat(64), "' OR 1=1 --"]) {
      const page = await post(server, thief, `${PATH}/end`, { session }, await thief.open(PATH));
      expect([page.status, noticesOf(page)]).toEqual([404, ['There is no such session any more.']]);
    }
    expect(await statusWith(token)).toBe(200);
    expect(pathOf(await browser.open('/account'))).toBe('/account');
  });

  it('takes no form without its token, of another session, or from another site (C-48)', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const agent = await signedIn(server, person);
    const strange = await (await signedIn(server, person)).open(PATH);
    for (const path of [`${PATH}/end-others`, `${PATH}/end`]) {
      const session = idsOn(await agent.open(PATH))[0] ?? '';
      expect((await post(server, agent, path, { session })).status).toBe(403);
      expect((await post(server, agent, path, { session }, strange)).status).toBe(403);
      const cookie = ['barong_session', 'barong_session.sig'].map((name) => `${name}=${agent.cookie(name)}`).join('; ');
      const headers = { cookie, 'sec-fetch-site': 'cross-site' };
      const answer = await call(server, 'POST', path, { headers, body: new URLSearchParams({ session }) });
      expect([answer.status, answer.body]).toEqual([403, expect.objectContaining({ code: 'page.cross_site' })]);
    }
    expect(await statusWith(token)).toBe(200);
  });

  it('asks who it is when the sign-in is a while ago, before anything is shown or done', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const agent = await signedIn(server, person);
    const page = await agent.open(PATH);
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    const asked = await agent.open(PATH);
    expect([titleOf(asked), asked.url]).toEqual([
      'Is it you?',
      `${server.url}/sign-in/again?return_to=%2Faccount%2Fsessions`,
    ]);
    expect(titleOf(await agent.submit(page, '/end-others'))).toBe('Is it you?');
    jest.restoreAllMocks();
    expect(await statusWith(token)).toBe(200);
  });

  it('is for whoever is signed in on our pages, and for no token', async () => {
    const token = await signIn(server, await newPerson(server));
    expect(pathOf(await new UserAgent(server.url).open(PATH))).toBe('/sign-in');
    expect((await call(server, 'GET', PATH, { token })).status).toBe(401);
  });
});

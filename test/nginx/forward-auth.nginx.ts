import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { type Answer, call, type CallOptions, claimsOf, newPerson, type Person, signIn } from '../support/client.js';
import { signedIn, titleOf } from '../support/pages.js';
import { oauthToken } from '../support/tokens.js';
import { UserAgent } from '../support/user-agent.js';
import { type Nginx, startNginx } from './nginx-process.js';
import { type Arrival, startSite } from './site.js';

/** Seen from outside: its address is that of nginx, so everything that these tests do goes through it. */
let server: TestApp;
let nginx: Nginx;
let site: Awaited<ReturnType<typeof startSite>>;
let person: Person;
let token: string;
beforeAll(async () => {
  const ports = { nginx: await freePort(), barong: await freePort(), site: await freePort() };
  site = await startSite(ports.site);
  nginx = await startNginx(ports);
  server = await startApp({ PORT: String(ports.barong), PUBLIC_URL: `http://127.0.0.1:${ports.nginx}` });
  person = await newPerson(server);
  token = await signIn(server, person);
});
afterAll(async () => {
  await server?.close();
  await nginx?.stop();
  await site?.stop();
});
beforeEach(() => void site.arrivals.splice(0));

const ask = (options: CallOptions = {}, path = '/site/x?a=1', method = 'GET'): Promise<Answer<Arrival>> =>
  call<Arrival>(server, method, path, options);

const EMPTY = ['x-auth-scope'];
const identity = ({ body }: Answer<Arrival>) =>
  Object.fromEntries(Object.entries(body.headers).filter(([name]) => name.startsWith('x-auth-')));

describe('a request with a token', () => {
  it('reaches the site with the headers that say who it is', async () => {
    const answer = await ask({ token });
    expect([answer.status, answer.body.url]).toEqual([200, '/site/x?a=1']);
    expect(identity(answer)).toEqual({
      'x-auth-uid': claimsOf(token).uid,
      'x-auth-email': person.email,
      'x-auth-role': 'member',
      'x-auth-level': '1',
      'x-auth-state': 'active',
      'x-auth-client': 'local-demo',
      'x-auth-amr': 'pwd',
    });
    expect(answer.body.headers.authorization).toBeUndefined();
  });

  it.each([
    ['__Host-barong_session=x; __Host-barong_session.sig=y', undefined],
    ['a=1; __Host-barong_session=x; b=2; __Host-barong_session.sig=y; c=3', 'a=1; b=2; c=3'],
    ['barong_session.sig=y; a=1; barong_session=x', 'a=1; '],
    ['a=1; b=barong', 'a=1; b=barong'],
  ])('leaves our cookie behind, and no other: %s', async (cookie, arrives) => {
    expect((await ask({ token, headers: { cookie } })).body.headers.cookie?.trim()).toBe(arrives?.trim());
  });

  it('is passed on as it is, with its method and body', async () => {
    const answer = await ask({ token, body: { some: 'thing' } }, '/site/things', 'POST');
    expect(answer.body).toMatchObject({ method: 'POST', url: '/site/things', body: '{"some":"thing"}' });
  });

  it('cannot make up what the site is told (all names, with dashes and with underscores)', async () => {
    const names = ['Uid', 'Email', 'Role', 'Level', 'State', 'Scope', 'Client', 'Amr'].map((name) => `X-Auth-${name}`);
    const forged = [...names, ...names.map((name) => name.replaceAll('-', '_'))];
    const headers = Object.fromEntries(forged.map((name) => [name, 'forged']));
    const answer = await ask({ token, headers });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body.headers)).not.toContain('forged');
    for (const name of EMPTY) expect(answer.body.headers).not.toHaveProperty(name);
  });

  it('of an application shows what its scopes let it see', async () => {
    const answer = await ask({ token: oauthToken(server, token, 'openid', 'account:read') });
    expect(identity(answer)).toMatchObject({ 'x-auth-scope': 'openid account:read', 'x-auth-level': '1' });
    expect(answer.body.headers).not.toHaveProperty('x-auth-email');
  });
});

describe('a request that may not pass', () => {
  const FORGED = { 'X-Auth-Uid': 'ID0000000000', 'X-Auth-Role': 'admin' };

  it('has no token, or none that is good', async () => {
    const none = await ask({ headers: FORGED });
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="barong"']);
    const bad = await ask({ token: `${token}x`, headers: FORGED });
    expect(bad.status).toBe(401);
    expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(site.arrivals).toEqual([]);
  });

  it('has a token that was revoked a moment ago', async () => {
    const short = await signIn(server, person);
    expect((await ask({ token: short })).status).toBe(200);
    expect((await call(server, 'DELETE', '/api/v1/sessions/current', { token: short })).status).toBeLessThan(300);
    expect((await ask({ token: short })).status).toBe(401);
    expect(site.arrivals).toHaveLength(1);
  });

  it('is of somebody whose level is too low, until it is not', async () => {
    const other = await newPerson(server);
    const theirs = await signIn(server, other);
    expect((await ask({ token: theirs }, '/site/payouts/1')).status).toBe(403);
    expect((await ask({ token: theirs }, '/site/payouts/1?level=0')).status).toBe(403);
    expect(site.arrivals).toEqual([]);
    await server.sql('UPDATE accounts SET level = 2 WHERE email = $1', [other.email]);
    expect((await ask({ token: theirs }, '/site/payouts/1')).status).toBe(200);
  });

  it('asks for what is inside', async () => {
    for (const path of ['/_auth', '/_auth_level_2', '/auth/verify'])
      expect((await ask({ token }, path)).status).toBe(404);
  });
});

describe('a browser', () => {
  it('in which somebody is signed in on our pages passes, and the site does not get the cookie', async () => {
    const agent = await signedIn(server, person);
    agent.take('theme', 'dark');
    agent.take('unit', 'cm');
    const page = await agent.open('/site/page');
    expect(page.status).toBe(200);
    expect(site.arrivals[0]?.headers).toMatchObject({ 'x-auth-email': person.email, 'x-auth-client': 'pages' });
    const cookies = site.arrivals[0]?.headers.cookie ?? '';
    expect(cookies).toMatch(/theme=dark; unit=cm/);
    expect(cookies).not.toContain('barong_session');
  });

  it('in which nobody is signed in is led to the sign-in page and back to where it wanted to go', async () => {
    const agent = new UserAgent(server.url);
    const page = await agent.open('/site/page?a=1&b=%2F');
    expect([page.status, titleOf(page)]).toEqual([200, 'Sign in']);
    const arrived = await agent.submit(page, '/sign-in', { ...person });
    expect([arrived.status, arrived.url]).toEqual([200, `${server.url}/site/page?a=1&b=%2F`]);
    expect(site.arrivals.map(({ url }) => url)).toEqual(['/site/page?a=1&b=%2F']);
  });

  it('that sends a form is not led away, and the form does not arrive', async () => {
    const answer = await ask(
      { headers: { accept: 'text/html' }, body: new URLSearchParams({ a: '1' }) },
      '/site/',
      'POST',
    );
    expect(answer.status).toBe(401);
    expect(site.arrivals).toEqual([]);
  });
});

it('nginx found nothing wrong with any of it', () => {
  expect(
    nginx
      .errors()
      .split('\n')
      .filter((line) => /\[(warn|error|crit|alert|emerg)\]/.test(line)),
  ).toEqual([]);
});

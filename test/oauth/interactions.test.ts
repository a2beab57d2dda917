import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { authorize, newClient, requestOf, type TestClient, titleOf } from './flow.js';

let server: TestApp;
let person: Person;
let client: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  client = await newClient(server);
});
afterAll(() => server.close());

async function atSignIn(): Promise<[UserAgent, Page]> {
  const agent = new UserAgent(server.url);
  return [agent, await agent.open((await requestOf(client)).url)];
}

/** One request as a browser sends it, without following anything. */
const fetchOnce = (url: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(url, { redirect: 'manual', ...init, headers: { accept: 'text/html', ...init.headers } });

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** An interaction, begun by hand, and the cookies of its browser. */
async function begun(): Promise<{ url: string; cookie: string; setCookies: string[] }> {
  const response = await fetchOnce((await requestOf(client)).url);
  expect(response.status).toBe(303);
  const url = server.url + new URL(response.headers.get('location') ?? '', server.url).pathname;
  return { url, cookie: cookiesOf(response), setCookies: response.headers.getSetCookie() };
}

const password = () => new URLSearchParams({ ...person });

describe('an interaction', () => {
  it('is nothing without its cookie, nor in another browser (C-47)', async () => {
    const [, page] = await atSignIn();
    const [stranger] = await atSignIn();
    for (const agent of [new UserAgent(server.url), stranger]) {
      const shown = await agent.open(page.url);
      expect([shown.status, titleOf(shown)]).toEqual([400, expect.any(String)]);
      const body = new URLSearchParams({ ...person });
      for (const step of ['sign-in', 'consent', 'abort', 'second-factor', 'level/phone', 'sign-up']) {
        const sent = await agent.request(new URL(`${page.url}/${step}`), { method: 'POST', body });
        expect([step, sent.status]).toEqual([step, 400]);
      }
    }
  });

  it('takes no form from another site (C-48)', async () => {
    const { url, cookie } = await begun();
    const attempts: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      {},
    ];
    for (const headers of attempts) {
      const answer = await fetchOnce(`${url}/sign-in`, {
        method: 'POST',
        body: password(),
        headers: { cookie, ...headers },
      });
      expect([headers, answer.status, answer.headers.getSetCookie()]).toEqual([headers, 403, []]);
    }
    const headers = { cookie, origin: server.url };
    expect((await fetchOnce(`${url}/sign-in`, { method: 'POST', body: password(), headers })).status).toBe(303);
  });

  it('goes on after a form by 303, so that no password is sent on (C-39)', async () => {
    const { url, cookie } = await begun();
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    const answer = await fetchOnce(`${url}/sign-in`, { method: 'POST', body: password(), headers });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('/oauth/authorize/'),
    ]);
  });

  it('does no step that is not its turn', async () => {
    const [agent, page] = await atSignIn();
    for (const step of ['consent', 'level/phone']) {
      const sent = await agent.request(new URL(`${page.url}/${step}`), { method: 'POST', body: new URLSearchParams() });
      expect([step, sent.status]).toEqual([step, 400]);
    }
    const wrong = await agent.submit(page, '/sign-in', { email: person.email, password: 'not the password' });
    expect([wrong.status, titleOf(wrong)]).toEqual([401, 'Sign in']);
    expect(wrong.html).toContain(`value="${person.email}"`);
    expect(wrong.html).not.toContain('not the password');
  });

  it('has cookies for its own paths, which no script reads (C-29)', async () => {
    const { url, setCookies } = await begun();
    expect(setCookies.length).toBeGreaterThan(0);
    for (const cookie of setCookies) {
      expect(cookie.toLowerCase()).toMatch(/; httponly/);
      expect(cookie.toLowerCase()).toMatch(/; samesite=lax/);
      expect(cookie.toLowerCase()).not.toMatch(/; domain=/);
    }
    const own = setCookies.find((cookie) => cookie.startsWith('barong_interaction='));
    expect(own).toContain(`path=${new URL(url).pathname}`);
  });

  it('lets forms lead to the application and nowhere else (C-49)', async () => {
    const { url, cookie } = await begun();
    const policy = (await fetchOnce(url, { headers: { cookie } })).headers.get('content-security-policy') ?? '';
    expect(/form-action ([^;]+)/.exec(policy)?.[1]).toBe("'self' https://shop.example");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    const elsewhere = await call(server, 'GET', '/forgot-password');
    expect(elsewhere.headers.get('content-security-policy')).toMatch(/form-action 'self'(;|$)/);
  });
});

describe('the session of the pages', () => {
  const idOf = async () =>
    (
      await server.sql<{ id: string }>(`SELECT encode(id_hash, 'hex') AS id FROM oidc_records WHERE model = 'Session'`)
    ).map(({ id }) => id);

  it('has another id after each sign-in, and the old one is dead (C-28)', async () => {
    await server.sql(`DELETE FROM oidc_records WHERE model = 'Session'`);
    const { agent } = await authorize(server, client, person);
    const [first] = await idOf();
    await authorize(server, client, person, { prompt: 'login' }, agent);
    const second = await idOf();
    expect(second).toHaveLength(1);
    expect(second).not.toContain(first);
  });

  it('is in the database as hashes and ciphertext only', async () => {
    await authorize(server, client, person);
    const rows = await server.sql<{ payload: Buffer }>('SELECT payload FROM oidc_records');
    for (const { payload } of rows) expect(payload.toString('latin1')).not.toMatch(/accountId|client_id|example/);
  });
});

describe('a refusal on a page', () => {
  it('is a page for browsers and JSON for everybody else', async () => {
    for (const path of ['/interaction/unknown', '/interaction/unknown/sign-in']) {
      const page = await fetchOnce(server.url + path);
      expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain('Go back to the application and start again.');
      const { status, body } = await call<{ code: string }>(server, 'GET', path);
      expect([status, body.code]).toEqual([400, 'interaction.over']);
    }
    for (const path of ['/confirm', '/forgot-password', '/interaction/unknown/abort']) {
      const headers = { 'sec-fetch-site': 'cross-site' };
      const page = await fetchOnce(server.url + path, { method: 'POST', headers });
      expect([path, page.status, page.headers.get('content-type')]).toEqual([path, 403, 'text/html; charset=utf-8']);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { newPerson, type Person } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { authorize, CALLBACK, newClient, requestOf, type TestClient, titleOf, walk } from './flow.js';

let server: TestApp;
let person: Person;
let client: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  client = await newClient(server, { redirectUris: [CALLBACK, `${CALLBACK}/2`, 'http://localhost:8080/callback'] });
});
afterAll(() => server.close());

/** Opened by somebody who is not known here, or by whoever uses this browser. */
const open = async (parameters: Record<string, string>, agent = new UserAgent(server.url)): Promise<Page> =>
  agent.open((await requestOf(client, parameters)).url);

/** What the application is told. */
const told = ({ url }: Page): Record<string, string> => {
  const { searchParams, hash } = new URL(url);
  return Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))]);
};

describe('a redirect URI that was not registered', () => {
  it.each([
    ['elsewhere', { redirect_uri: 'https://evil.example/callback' }],
    ['with a query', { redirect_uri: `${CALLBACK}?next=1` }],
    ['with a fragment', { redirect_uri: `${CALLBACK}#` }],
    ['with a slash at the end', { redirect_uri: `${CALLBACK}/` }],
    ['with another case', { redirect_uri: 'https://SHOP.example/callback' }],
    ['at another port', { redirect_uri: 'http://localhost:8081/callback' }],
    ['with another scheme', { redirect_uri: 'http://shop.example/callback' }],
    ['with dots', { redirect_uri: 'https://shop.example/x/../callback' }],
    ['as a script', { redirect_uri: 'javascript:alert(1)' }],
    ['left out', { redirect_uri: '' }],
    ['of an unknown client', { client_id: 'nobody' }],
    ['of a client with a NUL', { client_id: 'no\u0000body' }],
  ])('%s gets a page and never a redirect (C-33)', async (_, parameters) => {
    const page = await open(parameters);
    expect([page.status, new URL(page.url).pathname]).toEqual([400, '/oauth/authorize']);
    expect(titleOf(page)).toBe('This request cannot go on');
  });

  it('is never shown as markup (C-32)', async () => {
    for (const name of ['redirect_uri', 'client_id', 'response_mode', 'scope']) {
      const page = await open({ [name]: '"><script>alert(1)</script>' });
      expect(page.html).not.toContain('<script>');
    }
  });
});

describe('an authorization request that is not allowed', () => {
  it.each([
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['a hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE with no method, which means plain', { code_challenge_method: '' }, 'invalid_request'],
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request by URI', { request_uri: 'https://evil.example/request' }, 'request_uri_not_supported'],
    ['prompts that contradict each other', { prompt: 'none login' }, 'invalid_request'],
  ])('%s is refused (C-32, C-37)', async (_, parameters, error) => {
    const page = await open(parameters);
    expect(page.html + (told(page).error ?? '')).toContain(error);
    expect(page.url).not.toContain('code=');
    if (page.url.startsWith(CALLBACK)) expect(told(page).iss).toBe(server.url);
  });

  it('names the issuer and gives the state back as it came, in errors too (C-38)', async () => {
    const state = 'a b&c=<"\u00e4">';
    expect(told(await open({ prompt: 'none', state }))).toMatchObject({
      error: 'login_required',
      iss: server.url,
      state,
    });
    const { callback } = await authorize(server, client, person, { state });
    expect(Object.fromEntries(callback.searchParams)).toEqual({ code: expect.any(String), iss: server.url, state });
  });

  it('is refused when a parameter stands there twice (C-52)', async () => {
    const { url } = await requestOf(client);
    const page = await new UserAgent(server.url).open(`${url}&scope=openid`);
    expect(page.html + page.url).toContain('invalid_request');
  });
});

describe('prompts', () => {
  it('prompt=none never shows a page', async () => {
    const fresh = await newClient(server);
    const { agent } = await authorize(server, client, person);
    expect(told(await agent.open((await requestOf(client, { prompt: 'none' })).url))).toMatchObject({
      code: expect.any(String),
      iss: server.url,
    });
    const unasked = await agent.open((await requestOf(fresh, { prompt: 'none' })).url);
    expect(told(unasked)).toMatchObject({ error: 'consent_required', iss: server.url });
  });

  it('prompt=login and a passed max_age ask for the password again', async () => {
    const { agent } = await authorize(server, client, person);
    expect(titleOf(await open({ prompt: 'login' }, agent))).toBe('Sign in');
    expect(titleOf(await open({ max_age: '0' }, agent))).toBe('Sign in');
    expect(told(await open({ max_age: '0', prompt: 'none' }, agent))).toMatchObject({ error: 'login_required' });
    expect(told(await open({ max_age: '10000' }, agent))).toMatchObject({ code: expect.any(String) });
    const again = await walk(agent, (await requestOf(client, { prompt: 'login' })).url, person);
    expect(told(again)).toMatchObject({ code: expect.any(String) });
  });

  it('login_hint is filled in, and is text', async () => {
    const page = await open({ login_hint: '"><script>x</script>ann@example.com' });
    expect(page.html).toContain('value="&quot;>&lt;script>x&lt;/script>ann@example.com"');
    expect(page.html).not.toContain('<script>');
  });
});

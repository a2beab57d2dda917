import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type IncomingMessage, request as send } from 'node:http';
import { startApp, type TestApp } from '../support/app.js';
import { call, messageTo, newPerson, type Person } from '../support/client.js';
import { UserAgent } from '../support/user-agent.js';
import { WebsitesService } from '../../src/websites/websites.service.js';
import { newClient, requestOf, type TestClient, titleOf, tokensFor } from './flow.js';

const PUBLIC = 'https://accounts.example';
const EVIL = 'evil.example';
const FORGED = {
  'x-forwarded-server': EVIL,
  'x-original-host': EVIL,
  'x-forwarded-port': '666',
  forwarded: `host=${EVIL};proto=http`,
};

let server: TestApp;
/** The proxy in front of the server, which ends TLS: what it adds to each request, and the cookies that went through. */
let added: Record<string, string> = {};
let cookies: string[] = [];
let person: Person;
let client: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off', PUBLIC_URL: PUBLIC, TRUST_PROXY: '127.0.0.1' });
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const answer = await passOn(new Request(input, init));
    cookies.push(...answer.headers.getSetCookie());
    return answer;
  });
  person = await newPerson(server);
  client = await newClient(server, { postLogoutRedirectUris: ['https://shop.example/bye'] });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await server.close();
});
beforeEach(() => {
  cookies = [];
});
afterEach(() => {
  added = {};
});

/** By hand, since fetch sends no other Host than that of the address. */
async function passOn(request: Request): Promise<Response> {
  const { host, origin, pathname, search } = new URL(request.url);
  expect(origin).toBe(PUBLIC);
  const forwarded = { host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7', ...added };
  const headers = { ...Object.fromEntries(request.headers), ...forwarded };
  const body = await request.text();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const target = { host: '127.0.0.1', port: server.config.port, path: pathname + search, method: request.method };
    send({ ...target, headers }, resolve)
      .on('error', reject)
      .end(body);
  });
  const chunks: Buffer[] = await answer.toArray();
  const sent = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value) => [name, value]),
  );
  return new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: sent as [string, string][] });
}

/** A cookie's name without what belongs to one sign-in, and its attributes in order. */
function attributesOf(cookie: string): { name: string; attributes: Record<string, string> } {
  const [pair = '', ...rest] = cookie.split('; ');
  const attributes = Object.fromEntries(
    rest.map((attribute) => attribute.split('=')).map(([key = '', value = '']) => [key.toLowerCase(), value]),
  );
  return { name: pair.slice(0, pair.indexOf('=')), attributes };
}

/** Signing in, signing out and a sign-in that is given up: all that sets a cookie. */
async function wholeStory(): Promise<void> {
  const { agent } = await tokensFor(server, client, person);
  await agent.submit(await agent.open('/oauth/logout'), '/oauth/logout/confirm', { logout: 'yes' });
  const given = await agent.open((await requestOf(client)).url);
  expect(titleOf(given)).toBe('Sign in');
}

describe('cookies under https (C-29)', () => {
  it('are for our host alone, out of reach of scripts, and not sent along by other sites', async () => {
    await wholeStory();
    const names = new Set<string>();
    for (const cookie of cookies) {
      const { name, attributes } = attributesOf(cookie);
      names.add(name.replace(/\.sig$/, ''));
      expect([cookie, attributes]).toEqual([
        cookie,
        expect.objectContaining({
          secure: '',
          httponly: '',
          samesite: expect.stringMatching(/^lax$/i),
          path: expect.stringMatching(/^\//),
        }),
      ]);
      expect(attributes).not.toHaveProperty('domain');
      expect(name).toMatch(/^__(Host|Secure)-/);
      if (name.startsWith('__Host-')) expect(attributes.path).toBe('/');
    }
    expect([...names].sort()).toEqual([
      '__Host-barong_device',
      '__Host-barong_session',
      '__Secure-barong_interaction',
      '__Secure-barong_resume',
    ]);
  });

  it('of one sign-in go to its own pages only', async () => {
    await new UserAgent(PUBLIC).open((await requestOf(client)).url);
    const paths = cookies.map(attributesOf).filter(({ name }) => name.startsWith('__Secure-'));
    expect(paths.length).toBeGreaterThan(0);
    for (const { attributes } of paths)
      expect(attributes.path).toMatch(/^\/(interaction|oauth\/authorize)\/[\w-]{20,}$/);
  });
});

describe('a forged host (C-55)', () => {
  beforeEach(() => {
    added = FORGED;
  });

  it('is refused, but for probes and loopback', async () => {
    const forged: Record<string, string>[] = [{ host: EVIL }, { 'x-forwarded-host': EVIL }, { host: `${EVIL}:443` }];
    for (const host of forged) {
      added = host;
      for (const path of ['/', '/api/v1/accounts/me', '/.well-known/openid-configuration', '/brand.css']) {
        const { status, body } = await call({ url: PUBLIC }, 'GET', path);
        expect([path, status, body]).toEqual([path, 421, expect.objectContaining({ code: 'request.unknown_host' })]);
      }
      expect((await call({ url: PUBLIC }, 'GET', '/health/live')).status).toBe(200);
    }
    added = { host: `127.0.0.1:${server.config.port}` };
    expect((await call({ url: PUBLIC }, 'GET', '/.well-known/openid-configuration')).status).toBe(200);
  });

  it('is that of a website that staff have named', async () => {
    added = { host: 'shop.example' };
    expect((await call({ url: PUBLIC }, 'GET', '/sign-in')).status).toBe(421);
    const admin = { uid: null as unknown as string };
    const websites = server.app.get(WebsitesService, { strict: false });
    await websites.create({ host: 'shop.example', name: 'Shop' }, admin.uid, { ip: '', userAgent: '', requestId: '' });
    expect((await call<string>({ url: PUBLIC }, 'GET', '/sign-in')).body).toContain('Shop');
  });

  it('in other headers does not show in discovery', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      const { status, body } = await call<Record<string, unknown>>({ url: PUBLIC }, 'GET', path);
      expect([path, status, body.issuer]).toEqual([path, 200, PUBLIC]);
      const endpoints = Object.entries(body).filter(([name]) => /(_endpoint|_uri)$/.test(name));
      expect(endpoints.length).toBeGreaterThan(5);
      for (const [, url] of endpoints) expect(new URL(String(url)).origin).toBe(PUBLIC);
      expect(JSON.stringify(body)).not.toContain(EVIL);
    }
  });

  it('does not lead a sign-in astray: redirects, pages and tokens are those of PUBLIC_URL', async () => {
    const request = await requestOf(client);
    const redirect = await fetch(request.url, { redirect: 'manual' });
    expect([redirect.status, new URL(redirect.headers.get('location') ?? '', PUBLIC).origin]).toEqual([303, PUBLIC]);
    const agent = new UserAgent(PUBLIC);
    const page = await agent.open(request.url);
    expect([page.html.includes(EVIL), titleOf(page)]).toEqual([false, 'Sign in']);
    const { tokens } = await tokensFor(server, client, person);
    expect(tokens.claims()?.iss).toBe(PUBLIC);
    await wholeStory();
    expect(cookies.join()).not.toContain(EVIL);
  });

  it('does not show in mails', async () => {
    const email = 'forged@example.com';
    await call(server, 'POST', '/api/v1/accounts', { body: { email, password: 'a long enough password' } });
    const confirmation = await messageTo(server, email);
    await call(server, 'POST', '/api/v1/security/reset_password', { body: { email: person.email } });
    const reset = await messageTo(server, person.email, 2);
    for (const mail of [confirmation, reset]) {
      const links = [...(mail.text + mail.html).matchAll(/https?:\/\/[^/\s"<]+/g)].map(([origin]) => origin);
      expect(new Set(links)).toEqual(new Set([PUBLIC]));
      expect(mail.text + mail.html).not.toContain(EVIL);
    }
  });
});

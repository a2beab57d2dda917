import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resetPassword } from '../portal/account-owner.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, signIn } from '../support/client.js';
import { noticesOf, signedIn } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';

const BREACHED = 'breached but long enough';
const PADDED = 'padding that looks like it';
const FINE = 'seen by nobody so far';
const TOO_COMMON = [422, ['Password is too common']];

const sha1 = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase();
const rangeLine = (password: string, count: number) => `${sha1(password).slice(5)}:${count}`;

interface Asked {
  url: string | undefined;
  headers: IncomingHttpHeaders;
}

/** Knows one breached password, and pads each answer. */
const asUsual = (_: Asked, response: ServerResponse) => {
  response.end([rangeLine('another', 3), rangeLine(BREACHED, 17), rangeLine(PADDED, 0)].join('\r\n'));
};

let service: Server;
let answer: (asked: Asked, response: ServerResponse) => void = asUsual;
let asked: Asked[] = [];
let server: TestApp;
beforeAll(async () => {
  service = createServer((request, response) => {
    const question = { url: request.url, headers: request.headers };
    asked.push(question);
    answer(question, response);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const { port } = service.address() as AddressInfo;
  server = await startApp({ BREACHED_PASSWORDS_URL: `http://127.0.0.1:${port}/pwned/` });
});
afterAll(async () => {
  await server.close();
  service.closeAllConnections();
  service.close();
});
beforeEach(() => {
  asked = [];
  answer = asUsual;
});

let addresses = 0;
const newAddress = () => `breach${++addresses}@example.com`;
const signUp = (password: string, email = newAddress()) =>
  call(server, 'POST', '/api/v1/accounts', { body: { email, password } });
const accountsOf = (email: string) => server.sql('SELECT 1 FROM accounts WHERE email = $1', [email]);

describe('a breach service (C-15)', () => {
  it('is told five digits of a hash and no more', async () => {
    expect(outcome(await signUp(FINE))).toEqual([201, null]);
    expect(asked.map(({ url }) => url)).toEqual([`/pwned/range/${sha1(FINE).slice(0, 5)}`]);
    const { host, ...headers } = asked[0]?.headers ?? {};
    expect(headers['add-padding']).toBe('true');
    expect(host).toMatch(/^127\.0\.0\.1:/);
    const told = JSON.stringify(headers).toUpperCase();
    for (const secret of [FINE.toUpperCase(), sha1(FINE), sha1(FINE).slice(5), 'EXAMPLE.COM']) {
      expect(told).not.toContain(secret);
    }
  });

  it('keeps a breached password out at sign-up, and no account is made', async () => {
    const email = newAddress();
    const refused = await signUp(BREACHED, email);
    expect(outcome(refused)).toEqual(TOO_COMMON);
    // As for one of our own list.
    expect(refused.body).toMatchObject({ code: 'account.invalid' });
    expect(await accountsOf(email)).toEqual([]);
  });

  it('keeps it out at a change and at a reset, which leaves the token good', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const body = { old_password: person.password, new_password: BREACHED };
    expect(outcome(await call(server, 'PUT', '/api/v1/accounts/password', { token, body }))).toEqual(TOO_COMMON);
    await expect(resetPassword(server, person.email, BREACHED)).rejects.toThrow('reset: 422');
    await signIn(server, person);
  });

  it('keeps it out on the pages', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const fields = { current_password: person.password, new_password: BREACHED };
    const path = '/account/security/password';
    const page = await agent.submit(await agent.open(path), path, fields);
    expect([page.status, noticesOf(page)]).toEqual([422, ['Password is too common']]);
    const stranger = new UserAgent(server.url);
    const form = await stranger.open('/sign-up');
    expect((await stranger.submit(form, '/sign-up', { email: newAddress(), password: BREACHED })).status).toBe(422);
  });

  it('is asked about the password as it is stored, in NFKC', async () => {
    const wide = [...BREACHED].map((letter) =>
      letter === ' ' ? ' ' : String.fromCodePoint(letter.charCodeAt(0) + 0xfee0),
    );
    expect(outcome(await signUp(wide.join('')))).toEqual(TOO_COMMON);
  });

  it('does not mean its padding', async () => {
    expect(outcome(await signUp(PADDED))).toEqual([201, null]);
  });

  it('may write hashes in small letters', async () => {
    answer = (_, response) => response.end(rangeLine(BREACHED, 1).toLowerCase());
    expect(outcome(await signUp(BREACHED))).toEqual(TOO_COMMON);
  });

  it('is not asked about what we refuse by ourselves, nor by somebody with a wrong password', async () => {
    for (const password of ['short', 'password1', 'nul\0 inside it']) expect((await signUp(password)).status).toBe(422);
    const person = await newPerson(server);
    const token = await signIn(server, person);
    asked = [];
    const body = { old_password: 'not the password', new_password: BREACHED };
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body })).status).toBe(401);
    expect(asked).toEqual([]);
  });
});

describe('a breach service that is in trouble', () => {
  it.each<[string, (asked: Asked, response: ServerResponse) => void]>([
    ['refuses', (_, response) => response.writeHead(429).end(rangeLine(BREACHED, 9))],
    ['leads elsewhere', ({ url = '' }, response) => response.writeHead(302, { Location: `${url}?again` }).end()],
    [
      'breaks off',
      (_, response) => response.writeHead(200, { 'Content-Length': 999 }).write('x', () => response.destroy()),
    ],
    ['talks too long', (_, response) => response.end(`${'0'.repeat(600 * 1024)}\r\n${rangeLine(BREACHED, 9)}`)],
    ['does not answer', () => undefined],
    ['talks nonsense', (_, response) => response.end(`<html>${':'.repeat(1000)}\0${sha1(BREACHED)}`)],
  ])('and %s keeps nobody from signing up', async (_, trouble) => {
    answer = trouble;
    const email = newAddress();
    expect(outcome(await signUp(BREACHED, email))).toEqual([201, null]);
    expect(asked).toHaveLength(1);
    expect(await accountsOf(email)).toHaveLength(1);
  });
});

// Last: a second application in one process takes over the first one's check of tokens.
describe('where sign-up is neutral', () => {
  it('a breached password is refused alike for an address with an account and one without (C-02)', async () => {
    const { port } = service.address() as AddressInfo;
    const neutral = await startApp({
      BREACHED_PASSWORDS_URL: `http://127.0.0.1:${port}`,
      SIGNUP_DISCLOSURE: 'neutral',
    });
    try {
      const person = await newPerson(neutral);
      asked = [];
      for (const email of [person.email, newAddress()]) {
        const body = { email, password: BREACHED };
        expect(outcome(await call(neutral, 'POST', '/api/v1/accounts', { body }))).toEqual(TOO_COMMON);
      }
      expect(new Set(asked.map(({ url }) => url)).size).toBe(1);
      expect(asked).toHaveLength(2);
    } finally {
      await neutral.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outcome, signIn } from '../support/client.js';

const UNAUTHORIZED = [401, '401 Unauthorized'];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const trySignIn = (email: string, password: string) =>
  call<string>(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: LOCAL_DEMO } });
const hashOf = async (email: string) => {
  const [row] = await server.sql<{ password_hash: string }>(
    'SELECT password_hash FROM credentials JOIN accounts ON accounts.id = account_id WHERE email = $1',
    [email],
  );
  return row?.password_hash;
};

describe('a password', () => {
  it('set composed is known in every normal form (C-14)', async () => {
    const person = await newPerson(server, '\u00c5str\u00f6m\u2019s caf\u00e9, \ufb01ve \u2460');
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
      expect((await trySignIn(person.email, person.password.normalize(form))).status).toBe(201);
    }
  });

  it('set plainly is known in full width, and the other way round (C-14)', async () => {
    const narrow = 'Plain0ld-letters';
    const wide = [...narrow].map((letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)).join('');
    const [one, two] = [await newPerson(server, narrow), await newPerson(server, wide)];
    expect((await trySignIn(one.email, wide)).status).toBe(201);
    expect((await trySignIn(two.email, narrow)).status).toBe(201);
  });

  it('keeps case and spaces', async () => {
    const person = await newPerson(server, ' Keeps its Spaces ');
    for (const other of [person.password.trim(), person.password.toLowerCase(), `${person.password} `]) {
      expect(outcome(await trySignIn(person.email, other))).toEqual(UNAUTHORIZED);
    }
    expect((await trySignIn(person.email, person.password)).status).toBe(201);
  });

  it('counts to its last of 128 characters, also where bcrypt would cut at 72 bytes (C-12, C-13)', async () => {
    for (const character of ['k', '\u{1f511}']) {
      const start = `${character}0`.repeat(63);
      const person = await newPerson(server, `${start}ab`);
      expect([...person.password]).toHaveLength(128);
      for (const other of [`${start}ac`, `${start}bb`, `${start}a`, start.slice(0, -2)]) {
        expect(outcome(await trySignIn(person.email, other))).toEqual(UNAUTHORIZED);
      }
      expect((await trySignIn(person.email, person.password)).status).toBe(201);
    }
  });

  it('does not end at a NUL', async () => {
    const person = await newPerson(server, 'before the nul');
    expect(outcome(await trySignIn(person.email, 'before the nul\0and after'))).toEqual(UNAUTHORIZED);
  });
});

describe('a password hash imported from Barong 1.7', () => {
  let imported = 0;
  async function importPerson(prefix: '$2a$' | '$2b$' | '$2y$', cost: number, password = 'from the old server') {
    imported += 1;
    const email = `imported${imported}@example.com`;
    const uid = `ID${randomBytes(5).toString('hex').toUpperCase()}`;
    // The three prefixes name one algorithm for passwords of this length; the library writes $2b$.
    const hash = `v0$${bcrypt.hashSync(password, cost).replace('$2b$', prefix)}`;
    await server.sql(
      `WITH account AS (INSERT INTO accounts (uid, email, state, level) VALUES ($1, $2, 'active', 1) RETURNING id)
       INSERT INTO credentials (account_id, password_hash) SELECT id, $3 FROM account`,
      [uid, email, hash],
    );
    return { email, password, hash };
  }

  it.each([
    ['$2a$', 11],
    ['$2a$', 10],
    ['$2y$', 10],
    ['$2b$', 4],
  ] as const)('%s%i signs in and is made anew (C-13)', async (prefix, cost) => {
    const person = await importPerson(prefix, cost);
    const first = await signIn(server, person);
    expect(await hashOf(person.email)).toMatch(/^v1\$1\$\$2b\$10\$/);
    await signIn(server, person);
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: first })).status).toBe(200);
    expect(outcome(await trySignIn(person.email, 'another password'))).toEqual(UNAUTHORIZED);
  });

  it('stays as it is after a wrong password, also after odd ones', async () => {
    const { email, hash, password } = await importPerson('$2a$', 10);
    for (const wrong of ['wrong password', `${password}!`, `${password}\0`, `\ud83d`, 'x'.repeat(10_000), '']) {
      expect(outcome(await trySignIn(email, wrong))).toEqual(UNAUTHORIZED);
    }
    expect(await hashOf(email)).toBe(hash);
  });

  it('lets sign-ins at the same moment all in', async () => {
    const person = await importPerson('$2y$', 10);
    const answers = await Promise.all([1, 2, 3].map(() => trySignIn(person.email, person.password)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    for (const { body } of answers) {
      expect((await call(server, 'GET', '/api/v1/accounts/me', { token: body })).status).toBe(200);
    }
  });

  it('is not made anew for an application that may not take passwords', async () => {
    const { email, hash, password } = await importPerson('$2a$', 10);
    const body = { email, password, application_id: 'unknown' };
    expect(outcome(await call(server, 'POST', '/api/v1/sessions', { body }))).toEqual(UNAUTHORIZED);
    expect(await hashOf(email)).toBe(hash);
  });
});

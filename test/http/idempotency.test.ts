import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { form, leftovers, picture } from '../documents/uploads.js';
import { newClient, tokensFor } from '../oauth/flow.js';
import { codeFor, newNumber, rowsOf, wrong } from '../phones/phones.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, outcome, type Person, signIn } from '../support/client.js';

let server: TestApp;
let person: Person;
let token: string;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  person = await newPerson(server);
  token = await signIn(server, person);
});

const post = (path: string, key: string, body: unknown, as = token): Promise<Answer<unknown>> =>
  call<unknown>(server, 'POST', `/api/v1${path}`, { token: as, body, headers: { 'idempotency-key': key } });
const labels = async () => (await call<{ key: string }[]>(server, 'GET', '/api/v1/labels', { token })).body;
const keys = () => server.sql<{ answer: unknown }>('SELECT answer FROM idempotency_keys ORDER BY expires_at');
const replayed = ({ headers }: Answer<unknown>): string | null => headers.get('idempotency-replayed');

const PROFILE = {
  ...{ first_name: 'Ada', last_name: 'Lovelace', dob: '1990-12-10', address: '12 St James Square' },
  ...{ postcode: 'SW1Y 4JH', city: 'London', country: 'GB' },
};

describe('the same request with the same Idempotency-Key (C-83)', () => {
  it('is done once and answered alike', async () => {
    const key = randomUUID();
    const first = await post('/labels', key, { key: 'plan', value: 'gold' });
    const second = await post('/labels', key, { key: 'plan', value: 'gold' });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect([replayed(first), replayed(second)]).toEqual([null, 'true']);
    expect(await labels()).toHaveLength(1);
    // Without the key it is another request.
    expect((await call(server, 'POST', '/api/v1/labels', { token, body: { key: 'plan', value: 'gold' } })).status).toBe(
      422,
    );
  });

  it('is done once also when twenty arrive together', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/labels', key, { key: 'plan', value: 'gold' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await labels()).toHaveLength(1);
  });

  it('is done once for a profile, a phone, its code and a document', async () => {
    const number = newNumber();
    const image = await picture('png');
    const file = () => form({ bytes: image, name: 'passport.png', type: 'image/png' });
    for (const [path, body] of [
      ['/profiles', () => PROFILE],
      ['/phones', () => ({ phone_number: number })],
      ['/documents', file],
    ] as const) {
      const key = randomUUID();
      const answers = [await post(path, key, body()), await post(path, key, body())];
      expect([path, answers.map(outcome), replayed(answers[1])]).toEqual([
        path,
        [
          [201, null],
          [201, null],
        ],
        'true',
      ]);
    }
    expect(await leftovers(server)).toEqual({ rows: 1, files: 1 });
    const code = await codeFor(server, token, number);
    const verify = { key: randomUUID(), body: { phone_number: number, verification_code: code } };
    for (let time = 0; time < 2; time += 1)
      expect(outcome(await post('/phones/verify', verify.key, verify.body))).toEqual([201, null]);
  });

  it('is answered alike also when it overtakes itself, though its code is used up by then', async () => {
    const number = newNumber();
    const body = { phone_number: number, verification_code: await codeFor(server, token, number) };
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 4 }, () => post('/phones/verify', key, body)));
    expect(answers.map(outcome)).toEqual(answers.map(() => [201, null]));
  });

  it('is done again when the key is a day old', async () => {
    const key = randomUUID();
    await post('/labels', key, { key: 'plan', value: 'gold' });
    await server.sql(`UPDATE idempotency_keys SET expires_at = now() - interval '1 second'`);
    expect((await post('/labels', key, { key: 'plan', value: 'gold' })).status).toBe(422);
    expect((await post('/labels', key, { key: 'tier', value: 'gold' })).status).toBe(201);
    expect((await labels()).map((label) => label.key)).toEqual(['plan', 'tier']);
  });
});

describe('an Idempotency-Key', () => {
  it('stands for one request: another body or path is refused, and nothing is done', async () => {
    const key = randomUUID();
    await post('/labels', key, { key: 'plan', value: 'gold' });
    const refusal = [422, 'Idempotency-Key was used for another request'];
    expect(outcome(await post('/labels', key, { key: 'plan', value: 'silver' }))).toEqual(refusal);
    expect(outcome(await post('/profiles', key, PROFILE))).toEqual(refusal);
    expect(await labels()).toHaveLength(1);
  });

  it.each(['two words', 'é', 'x'.repeat(256)])('is refused when it is %j', async (key) => {
    const answer = await post('/labels', Buffer.from(key).toString('latin1'), { key: 'plan', value: 'gold' });
    expect(outcome(answer)).toEqual([400, 'Idempotency-Key is invalid']);
    expect(await labels()).toEqual([]);
  });

  it('is of one account and one application: others hear nothing of what was answered', async () => {
    const key = randomUUID();
    const body = { key: 'plan', value: 'gold' };
    await post('/labels', key, body);
    const stranger = await signIn(server, await newPerson(server));
    const own = await post('/labels', key, body, stranger);
    expect([own.status, replayed(own)]).toEqual([201, null]);
    const shop = await newClient(server, { scopes: ['openid', 'labels:write'] });
    const { tokens } = await tokensFor(server, shop, person, { scope: 'openid labels:write' });
    const other = await post('/labels', key, body, tokens.access_token);
    expect([other.status, replayed(other)]).toEqual([422, null]);
  });

  it('is not looked at before the token', async () => {
    const key = randomUUID();
    await post('/labels', key, { key: 'plan', value: 'gold' });
    await call(server, 'DELETE', '/api/v1/sessions/current', { token });
    expect((await post('/labels', key, { key: 'plan', value: 'gold' })).status).toBe(401);
  });

  it('keeps no refusal: put right, the request may come again', async () => {
    const key = randomUUID();
    const before = (await keys()).length;
    expect((await post('/labels', key, { key: 'plan', value: '!' })).status).toBe(422);
    await call(server, 'POST', '/api/v1/labels', { token, body: { key: 'plan', value: 'gold' } });
    expect((await post('/labels', key, { key: 'plan', value: 'gold' })).status).toBe(422);
    expect(await keys()).toHaveLength(before);
    await call(server, 'DELETE', '/api/v1/labels/plan', { token });
    expect((await post('/labels', key, { key: 'plan', value: 'gold' })).status).toBe(201);
  });

  it('takes no count of wrong guesses back', async () => {
    const number = newNumber();
    const code = await codeFor(server, token, number);
    const guess = { phone_number: number, verification_code: wrong(code) };
    for (let tries = 0; tries < 5; tries += 1)
      expect((await post('/phones/verify', randomUUID(), guess)).status).toBe(404);
    expect(await rowsOf(server, number)).toEqual([expect.objectContaining({ code_attempts: 5 })]);
    expect((await post('/phones/verify', randomUUID(), { ...guess, verification_code: code })).status).toBe(404);
  });

  it('is forgotten with the account', async () => {
    await post('/labels', randomUUID(), { key: 'plan', value: 'gold' });
    const before = (await keys()).length;
    await server.sql('DELETE FROM accounts WHERE email = $1', [person.email]);
    expect((await keys()).length).toBe(before - 1);
  });
});

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, outbox, outcome } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { jobsDone } from '../support/jobs.js';
import { add, codeFor, codeIn, codesTo, levelOf, newNumber, newToken, NOT_VERIFIED } from './phones.js';
import { rowsOf, TAKEN, verify, wrong } from './phones.js';

const NOT_A_NUMBER = [400, 'Phone number is invalid'];

describe('POST /phones', () => {
  let server: TestApp;
  let token: string;
  beforeAll(async () => {
    server = await startApp({ APP_NAME: 'Acme Pay' });
    token = await newToken(server);
  });
  afterAll(() => server.close());

  it('sends one SMS with the code and the name of the service, and keeps only an HMAC', async () => {
    const number = newNumber();
    expect(outcome(await add(server, token, number))).toEqual([201, null]);
    await jobsDone(server);
    const messages = await outbox(server, number.slice(1));
    const text = messages[0]?.text ?? '';
    const code = codeIn(text);
    expect(text).toBe(
      `Acme Pay: your verification code is ${code}. It is good for 10 minutes. Do not tell it to anyone.`,
    );
    expect(messages).toEqual([expect.objectContaining({ channel: 'sms', to: number.slice(1), subject: '', html: '' })]);
    const [row] = await rowsOf(server, number);
    expect(row).toMatchObject({ number, country_code: 'US', code_attempts: 0, verified_at: null });
    expect(row?.code_hash).toHaveLength(32);
    expect(row?.code_hash).not.toEqual(createHash('sha256').update(code).digest());
  });

  it.each(ENCODINGS)('takes %s', async (_, encode) => {
    const number = newNumber();
    const body = encode({ phone_number: number });
    expect(outcome(await call<unknown>(server, 'POST', '/api/v1/phones', { token, body }))).toEqual([201, null]);
    expect(await rowsOf(server, number)).toHaveLength(1);
  });

  it('takes a form whose plus was not encoded, and a JSON number', async () => {
    const [first, second] = [newNumber(), newNumber()];
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const options = { token, headers, body: `phone_number=${first}` };
    expect((await call(server, 'POST', '/api/v1/phones', options)).status).toBe(201);
    expect((await add(server, token, Number(second.slice(1)))).status).toBe(201);
    expect([...(await rowsOf(server, first)), ...(await rowsOf(server, second))]).toHaveLength(2);
  });

  it('keeps one number in one form, however it was written', async () => {
    const person = await newToken(server);
    const spellings = ['+49 (0)30 123456', '0049 30 123456', '4930123456', ' +49-30-12-34-56 '];
    for (const spelling of spellings) expect((await add(server, person, spelling)).status).toBe(201);
    expect(await rowsOf(server, '+4930123456')).toEqual([expect.objectContaining({ country_code: 'DE' })]);
  });

  it('knows numbers of no country', async () => {
    expect((await add(server, token, '+870773111632')).status).toBe(201);
    expect(await rowsOf(server, '+870773111632')).toEqual([expect.objectContaining({ country_code: null })]);
  });

  it.each([
    ...['abc', '+', '5551234', '+999123456789', '+49 110', '+12025551234 ext 5', '+12025551234,+12025551235'],
    ...[12345, 1e300, -12025551234, 1.5],
  ])('refuses %p', async (phone_number) => {
    expect(outcome(await add(server, token, phone_number))).toEqual(NOT_A_NUMBER);
  });

  it('refuses NUL, half characters and ten thousand digits', async () => {
    for (const phone_number of ['+1202555\u00001234', '+1202555\ud8001234', '9'.repeat(10_000)]) {
      expect(outcome(await add(server, token, phone_number))).toEqual(NOT_A_NUMBER);
    }
  });

  it.each([
    [undefined, 'phone_number is missing'],
    [null, 'phone_number is empty'],
    ['', 'phone_number is empty'],
    [' \t ', 'phone_number is empty'],
    [true, 'phone_number is invalid'],
    [['+12025551234'], 'phone_number is invalid'],
    [{ $gt: '' }, 'phone_number is invalid'],
  ])('says of %j that %s', async (phone_number, sentence) => {
    expect(outcome(await add(server, token, phone_number))).toEqual([400, sentence]);
  });

  it('stores no parameter but the number', async () => {
    const number = newNumber();
    const more = { verified_at: '2020-01-01', account_id: 1, code_hash: 'x', id: 1, level: 3 };
    const body = { phone_number: number, ...more };
    expect((await call(server, 'POST', '/api/v1/phones', { token, body })).status).toBe(201);
    expect(await rowsOf(server, number)).toEqual([expect.objectContaining({ verified_at: null })]);
    expect(await levelOf(server, token)).toBe(1);
  });

  it('sends a new code for a number that still waits, and the older one is dead', async () => {
    const person = await newToken(server);
    const number = newNumber();
    const older = await codeFor(server, person, number);
    const newer = await codeFor(server, person, number);
    expect(await codesTo(server, number)).toEqual([newer, older]);
    expect(outcome(await verify(server, person, number, older))).toEqual(NOT_VERIFIED);
    expect(outcome(await verify(server, person, number, newer))).toEqual([201, null]);
    expect(await rowsOf(server, number)).toHaveLength(1);
  });

  it('gives a new code new tries', async () => {
    const person = await newToken(server);
    const number = newNumber();
    const older = await codeFor(server, person, number);
    for (let by = 1; by <= 6; by += 1) await verify(server, person, number, wrong(older, by));
    const newer = await codeFor(server, person, number);
    expect(outcome(await verify(server, person, number, newer))).toEqual([201, null]);
  });

  it('says that a verified number exists, to its owner and to others, and sends nothing', async () => {
    const [owner, other] = [await newToken(server), await newToken(server)];
    const number = newNumber();
    await verify(server, owner, number, await codeFor(server, owner, number));
    expect(outcome(await add(server, owner, number))).toEqual(TAKEN);
    expect(outcome(await add(server, other, number))).toEqual(TAKEN);
    expect(await codesTo(server, number)).toHaveLength(1);
    expect(await rowsOf(server, number)).toHaveLength(1);
  });

  it('does not tell of a number that another account merely added', async () => {
    const [first, second] = [await newToken(server), await newToken(server)];
    const number = newNumber();
    const ofFirst = await codeFor(server, first, number);
    const ofSecond = await codeFor(server, second, number);
    expect(outcome(await verify(server, second, number, ofFirst))).toEqual(NOT_VERIFIED);
    expect(outcome(await verify(server, second, number, ofSecond))).toEqual([201, null]);
    expect(outcome(await verify(server, first, number, ofFirst))).toEqual(NOT_VERIFIED);
    expect(outcome(await add(server, first, number))).toEqual(TAKEN);
  });

  it('keeps the three newest unverified numbers of an account, and all verified ones', async () => {
    const person = await newToken(server);
    const kept = newNumber();
    await verify(server, person, kept, await codeFor(server, person, kept));
    const added = Array.from({ length: 4 }, newNumber);
    const codes: string[] = [];
    for (const number of added) codes.push(await codeFor(server, person, number));
    expect(await numbersOf(person)).toEqual([kept, ...added.slice(1)].sort());
    expect(outcome(await verify(server, person, added[0], codes[0]))).toEqual(NOT_VERIFIED);

    // Asking for a code again makes a number the newest.
    await add(server, person, added[1]);
    const fifth = newNumber();
    await add(server, person, fifth);
    expect(await numbersOf(person)).toEqual([kept, ...[added[1], added[3], fifth]].sort());
    expect(outcome(await verify(server, person, added[3], codes[3]))).toEqual([201, null]);
  });

  it.each([2, 3])('leaves level %i as it is', async (level) => {
    const person = await newToken(server);
    await server.sql('UPDATE accounts SET level = $2, phone_verified_at = now() WHERE uid = $1', [
      claimsOf(person).uid,
      level,
    ]);
    expect((await add(server, person, newNumber())).status).toBe(201);
    expect(await levelOf(server, person)).toBe(level);
  });

  it('is recorded without the number', async () => {
    const person = await newToken(server);
    const number = newNumber();
    await add(server, person, number);
    const entries = await server.sql<{ actor_uid: string; target: string; details: object; ip: string }>(
      `SELECT * FROM audit_entries WHERE action = 'phone.added' AND target = $1`,
      [claimsOf(person).uid],
    );
    expect(entries).toEqual([
      expect.objectContaining({
        actor_uid: claimsOf(person).uid,
        ip: '127.0.0.1',
        details: { phone: expect.stringMatching(/^\d+$/), country: 'US', ending: number.slice(-2) },
      }),
    ]);
    expect(JSON.stringify(entries)).not.toContain(number.slice(-5));
  });

  async function numbersOf(person: string): Promise<string[]> {
    const rows = await server.sql<{ number: string }>(
      'SELECT number FROM phones JOIN accounts ON accounts.id = account_id WHERE uid = $1 ORDER BY number',
      [claimsOf(person).uid],
    );
    return rows.map(({ number }) => number);
  }
});

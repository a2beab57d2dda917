import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PhonesService } from '../../src/phones/phones.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, outcome } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { add, codeFor, levelOf, newNumber, newToken, NOT_VERIFIED, rowsOf, verify, wrong } from './phones.js';

describe('POST /phones/verify', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(() => server.close());

  it('raises the account to level 2, and forgets the code', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    expect(await levelOf(server, token)).toBe(1);
    expect(outcome(await verify(server, token, number, code))).toEqual([201, null]);
    expect(await levelOf(server, token)).toBe(2);
    expect(await rowsOf(server, number)).toEqual([
      expect.objectContaining({ verified_at: expect.any(Date), code_hash: null, code_attempts: 0 }),
    ]);
  });

  it('raises to level 3 whoever had their identity approved before', async () => {
    const token = await newToken(server);
    await server.sql('UPDATE accounts SET identity_approved_at = now() WHERE uid = $1', [claimsOf(token).uid]);
    const number = newNumber();
    await verify(server, token, number, await codeFor(server, token, number));
    expect(await levelOf(server, token)).toBe(3);
  });

  it('takes a second number, and leaves the level', async () => {
    const token = await newToken(server);
    for (const number of [newNumber(), newNumber()]) {
      expect((await verify(server, token, number, await codeFor(server, token, number))).status).toBe(201);
      expect(await levelOf(server, token)).toBe(2);
    }
  });

  it.each(ENCODINGS)('takes %s, and other spellings', async (_, encode) => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    const verification_code = ` ${code.slice(0, 3)} ${code.slice(3)}`;
    const body = encode({ phone_number: `00${number.slice(1)}`, verification_code });
    const answer = await call<unknown>(server, 'POST', '/api/v1/phones/verify', { token, body });
    expect(outcome(answer)).toEqual([201, null]);
  });

  it('takes JSON numbers', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    expect(outcome(await verify(server, token, Number(number.slice(1)), Number(code)))).toEqual([201, null]);
  });

  it('answers alike for everything that is wrong', async () => {
    const [token, other] = [await newToken(server), await newToken(server)];
    const number = newNumber();
    const code = await codeFor(server, token, number);
    const answers = [
      await verify(server, token, number, wrong(code)),
      await verify(server, token, newNumber(), code),
      await verify(server, other, number, code),
      await verify(server, token, 'no number', code),
      await verify(server, token, `${number}\u0000`, code),
      await verify(server, token, number, `${code}\u0000`),
      await verify(server, token, number, `${code}\ud800`),
      await verify(server, token, number, '1'.repeat(10_000)),
    ];
    for (const answer of answers) expect(outcome(answer)).toEqual(NOT_VERIFIED);
    const bodies = answers.map(({ body }) => ({ ...(body as object), request_id: '' }));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(await levelOf(server, token)).toBe(1);
    expect(outcome(await verify(server, token, number, code))).toEqual([201, null]);
  });

  it('is good once', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    await verify(server, token, number, code);
    expect(outcome(await verify(server, token, number, code))).toEqual(NOT_VERIFIED);
    expect(await levelOf(server, token)).toBe(2);
  });

  it('is good for ten minutes', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    const [life] = await server.sql<{ seconds: number }>(
      'SELECT extract(epoch FROM code_expires_at - updated_at)::int AS seconds FROM phones WHERE number = $1',
      [number],
    );
    expect(life?.seconds).toBe(600);
    await server.sql('UPDATE phones SET code_expires_at = now() WHERE number = $1', [number]);
    expect(outcome(await verify(server, token, number, code))).toEqual(NOT_VERIFIED);
    expect(await rowsOf(server, number)).toEqual([expect.objectContaining({ code_attempts: 0, verified_at: null })]);
  });

  it('is good for five tries, the right one among them', async () => {
    const token = await newToken(server);
    const [lucky, unlucky] = [newNumber(), newNumber()];
    const lastTry = await codeFor(server, token, lucky);
    for (let by = 1; by <= 4; by += 1) await verify(server, token, lucky, wrong(lastTry, by));
    expect(outcome(await verify(server, token, lucky, lastTry))).toEqual([201, null]);
    const tooLate = await codeFor(server, token, unlucky);
    for (let by = 1; by <= 5; by += 1) await verify(server, token, unlucky, wrong(tooLate, by));
    expect(outcome(await verify(server, token, unlucky, tooLate))).toEqual(NOT_VERIFIED);
    expect(await rowsOf(server, unlucky)).toEqual([expect.objectContaining({ code_attempts: 5, verified_at: null })]);
  });

  it.each([
    [{}, 'phone_number is missing, verification_code is missing'],
    [{ phone_number: null, verification_code: ' ' }, 'phone_number is empty, verification_code is empty'],
    [{ phone_number: '+12025551234' }, 'verification_code is missing'],
    [{ phone_number: {}, verification_code: ['123456'] }, 'phone_number is invalid, verification_code is invalid'],
    [{ phone_number: '+12025551234', verification_code: true }, 'verification_code is invalid'],
  ])('says of %j that %s', async (body, sentence) => {
    const token = await newToken(server);
    const answer = await call<unknown>(server, 'POST', '/api/v1/phones/verify', { token, body });
    expect(outcome(answer)).toEqual([400, sentence]);
  });

  it('is recorded without number and code', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    await verify(server, token, number, code);
    const entries = await server.sql<{ details: object }>(
      `SELECT * FROM audit_entries WHERE action = 'phone.verified' AND actor_uid = $1 AND target = $1`,
      [claimsOf(token).uid],
    );
    const [row] = await rowsOf(server, number);
    expect(entries.map(({ details }) => details)).toEqual([
      { phone: row?.id, country: 'US', ending: number.slice(-2) },
    ]);
    expect(JSON.stringify(entries)).not.toContain(number.slice(-5));
  });

  it('shows in the list of the account, and is the number that others may be told', async () => {
    const token = await newToken(server);
    const phones = server.app.get(PhonesService, { strict: false });
    const [account] = await server.sql<{ id: string }>('SELECT id FROM accounts WHERE uid = $1', [claimsOf(token).uid]);
    const id = account?.id ?? '';
    expect([await phones.listOf(id), await phones.verifiedNumberOf(id)]).toEqual([[], undefined]);
    const [first, second, third] = [newNumber(), newNumber(), newNumber()];
    await verify(server, token, first, await codeFor(server, token, first));
    await verify(server, token, second, await codeFor(server, token, second));
    await add(server, token, third);
    expect(await phones.listOf(id)).toEqual([
      { number: second, country: 'US', verified: true },
      { number: first, country: 'US', verified: true },
      { number: third, country: 'US', verified: false },
    ]);
    expect(await phones.verifiedNumberOf(id)).toBe(second);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, claimsOf } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { add, codeFor, levelOf, newNumber, newToken, rowsOf, verify, wrong } from './phones.js';

const MANY = 20;

/** How often each status came. */
function tally(answers: Answer<unknown>[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('phones in parallel', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(() => server.close());

  it('a right code is good exactly once', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    expect(tally(await times(MANY, () => verify(server, token, number, code)))).toEqual({ 201: 1, 404: MANY - 1 });
    expect(await levelOf(server, token)).toBe(2);
    const entries = await server.sql(`SELECT 1 FROM audit_entries WHERE action = 'phone.verified' AND target = $1`, [
      claimsOf(token).uid,
    ]);
    expect(entries).toHaveLength(1);
  });

  it('wrong guesses use up five tries, and no more are looked at', async () => {
    const token = await newToken(server);
    const number = newNumber();
    const code = await codeFor(server, token, number);
    const answers = await times(MANY, (index) => verify(server, token, number, wrong(code, index + 1)));
    expect(tally(answers)).toEqual({ 404: MANY });
    expect(await rowsOf(server, number)).toEqual([expect.objectContaining({ code_attempts: 5 })]);
    expect((await verify(server, token, number, code)).status).toBe(404);
  });

  it('a number becomes that of one account', async () => {
    const tokens = await times(5, () => newToken(server));
    const number = newNumber();
    const codes: string[] = [];
    for (const token of tokens) codes.push(await codeFor(server, token, number));
    const answers = await times(tokens.length, (index) => verify(server, tokens[index] ?? '', number, codes[index]));
    expect(tally(answers)).toEqual({ 201: 1, 404: 4 });
    const levels = await times(tokens.length, (index) => levelOf(server, tokens[index] ?? ''));
    expect(levels).toEqual(answers.map(({ status }) => (status === 201 ? 2 : 1)));
    expect((await rowsOf(server, number)).filter(({ verified_at }) => verified_at !== null)).toHaveLength(1);
  });

  it('an account keeps three unverified numbers', async () => {
    const token = await newToken(server);
    const answers = await times(MANY, () => add(server, token, newNumber()));
    expect(tally(answers)).toEqual({ 201: MANY });
    const rows = await server.sql('SELECT 1 FROM phones JOIN accounts ON accounts.id = account_id WHERE uid = $1', [
      claimsOf(token).uid,
    ]);
    expect(rows).toHaveLength(3);
  });

  it('one number that is added many times is one row', async () => {
    const token = await newToken(server);
    const number = newNumber();
    expect(tally(await times(MANY, () => add(server, token, number)))).toEqual({ 201: MANY });
    expect(await rowsOf(server, number)).toHaveLength(1);
    await jobsDone(server);
    const code = await codeFor(server, token, number);
    expect((await verify(server, token, number, code)).status).toBe(201);
  });

  it('adding and verifying do not wait for each other for ever', async () => {
    const token = await newToken(server);
    const [kept, again] = [newNumber(), newNumber()];
    await add(server, token, again);
    const code = await codeFor(server, token, kept);
    const answers = await times(MANY, (index) =>
      index % 2 === 0 ? add(server, token, again) : verify(server, token, kept, code),
    );
    expect(tally(answers)).toEqual({ 201: MANY / 2 + 1, 404: MANY / 2 - 1 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { agedToken } from '../support/tokens.js';

const REQUIRED = { status: 403, body: { code: 'session.reauthentication_required' } };
const MINUTES_14 = 14 * 60;
const MINUTES_16 = 16 * 60;

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
});
afterAll(() => server.close());

const list = (token: string) => call(server, 'GET', '/api/v1/sessions', { token });
const end = (token: string, id: string, body?: unknown) =>
  call(server, 'DELETE', `/api/v1/sessions/${id}`, { token, body });
const isLive = async (token: string) => (await call(server, 'GET', '/api/v1/accounts/me', { token })).status === 200;

/** A token of an old sign-in, and the id of another session to end. */
async function oldAndOther(): Promise<{ old: string; other: string; id: string }> {
  const other = await signIn(server, person);
  return { old: agedToken(server, await signIn(server, person), MINUTES_16), other, id: String(claimsOf(other).sid) };
}

describe('sixteen minutes after the sign-in', () => {
  it('the list of sessions asks for a new one', async () => {
    const token = await signIn(server, person);
    expect((await list(agedToken(server, token, MINUTES_14))).status).toBe(200);
    const answer = await list(agedToken(server, token, MINUTES_16));
    expect(answer).toMatchObject(REQUIRED);
    expect(outcome(answer)).toEqual([403, 'Please sign in again or send your password']);
  });

  it('a renewed token is no new sign-in', async () => {
    const token = await signIn(server, person);
    await server.sql(`UPDATE sessions SET authenticated_at = now() - interval '16 minutes' WHERE id = $1`, [
      claimsOf(token).sid,
    ]);
    const renewed = await call<string>(server, 'POST', '/api/v1/security/renew', { token });
    expect(await list(renewed.body)).toMatchObject(REQUIRED);
  });

  it('ending another session asks for it too, or for the password', async () => {
    const { old, other, id } = await oldAndOther();
    for (const body of [undefined, {}, { password: '' }, { password: null }]) {
      expect(await end(old, id, body)).toMatchObject(REQUIRED);
    }
    for (const password of ['not the password', `${person.password}\0`, 'x'.repeat(10_000)]) {
      expect(outcome(await end(old, id, { password }))).toEqual([401, '401 Unauthorized']);
    }
    for (const password of [['x'], 12345678, true, { $ne: '' }]) {
      expect(outcome(await end(old, id, { password }))).toEqual([400, 'password is invalid']);
    }
    expect(await isLive(other)).toBe(true);
  });

  it.each(ENCODINGS)('the password by %s is enough to end it', async (_, encode) => {
    const { old, other, id } = await oldAndOther();
    expect(outcome(await end(old, id, encode({ password: person.password })))).toEqual([204, undefined]);
    expect(await isLive(other)).toBe(false);
  });

  it('nobody learns whether a session exists without it', async () => {
    const { old } = await oldAndOther();
    for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense']) {
      expect(await end(old, id)).toMatchObject(REQUIRED);
      expect((await end(old, id, { password: 'wrong' })).status).toBe(401);
      expect((await end(old, id, { password: person.password })).status).toBe(404);
    }
  });

  it('signing out and renewing need nothing more', async () => {
    const { old } = await oldAndOther();
    expect((await call(server, 'POST', '/api/v1/security/renew', { token: old })).status).toBe(201);
    expect(outcome(await end(old, 'current'))).toEqual([204, undefined]);
    expect(await isLive(old)).toBe(false);
  });
});

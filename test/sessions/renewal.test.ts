import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { agedToken, headerOf } from '../support/tokens.js';

const DAY = 86_400;
const DEAD = [401, 'The access token is invalid'];

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off', JWT_LIFETIME: '1800' });
  person = await newPerson(server);
});
afterAll(() => server.close());

const renew = (token: string, body?: unknown) =>
  call<string>(server, 'POST', '/api/v1/security/renew', { token, body });
const me = (token: string) => call(server, 'GET', '/api/v1/accounts/me', { token });
const lifetimeOf = (token: string) => Number(claimsOf(token).exp) - Number(claimsOf(token).iat);

/** Lets the sign-in of a session lie so many seconds back. */
async function age(token: string, seconds: number): Promise<void> {
  await server.sql(
    `UPDATE sessions SET authenticated_at = date_trunc('second', now()) - make_interval(secs => $2) WHERE id = $1`,
    [claimsOf(token).sid, seconds],
  );
}

describe('a renewed token', () => {
  it('is a JSON string, of the same session, application and time of authentication', async () => {
    const token = await signIn(server, person);
    await age(token, 3600);
    const answer = await renew(token);
    expect(outcome(answer)).toEqual([201, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)]);
    const [before, after] = [claimsOf(token), claimsOf(answer.body)];
    const { iat, exp, jti, auth_time, ...same } = before;
    expect(after).toMatchObject(same);
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    expect(headerOf(answer.body)).toEqual(headerOf(token));
    expect(after.jti).not.toBe(jti);
    expect(Number(after.iat)).toBeGreaterThanOrEqual(Number(iat));
    expect(Number(after.exp)).toBeGreaterThanOrEqual(Number(exp));
    expect(Number(auth_time) - Number(after.auth_time)).toBeGreaterThanOrEqual(3590);
    expect(lifetimeOf(answer.body)).toBe(1800);
    for (const good of [token, answer.body]) expect((await me(good)).status).toBe(200);
  });

  it('tells what the account has become meanwhile', async () => {
    const other = await newPerson(server);
    const token = await signIn(server, other);
    await server.sql('UPDATE accounts SET level = 2 WHERE email = $1', [other.email]);
    expect(claimsOf((await renew(token)).body)).toMatchObject({ level: 2, role: 'member' });
  });

  it('keeps its session in the list for as long as it lives itself', async () => {
    const token = await signIn(server, person, { expires_in: 60 });
    const renewed = await renew(token, { expires_in: DAY });
    const [row] = await server.sql<{ expires_at: Date }>('SELECT expires_at FROM sessions WHERE id = $1', [
      claimsOf(token).sid,
    ]);
    expect(row.expires_at.getTime() / 1000).toBe(claimsOf(renewed.body).exp);
  });
});

describe('the life of a renewed token', () => {
  it.each(ENCODINGS)('is what expires_in asks for, by %s', async (_, encode) => {
    const token = await signIn(server, person);
    expect(lifetimeOf((await renew(token, encode({ expires_in: '77' }))).body)).toBe(77);
    const outOfRange = await renew(token, encode({ expires_in: '86401' }));
    expect(outcome(outOfRange)).toEqual([422, 'expires_in must be from 1 to 86400 seconds']);
    expect(outcome(await renew(token, encode({ expires_in: 'ten' })))).toEqual([400, 'expires_in is invalid']);
  });

  it('follows the rules of a sign-in', async () => {
    const token = await signIn(server, person);
    for (const blank of ['', null]) expect(lifetimeOf((await renew(token, { expires_in: blank })).body)).toBe(1800);
    for (const expires_in of [0, -1, DAY + 1]) expect((await renew(token, { expires_in })).status).toBe(422);
    for (const expires_in of [[60], 1.5, true]) expect((await renew(token, { expires_in })).status).toBe(400);
  });

  it('ends at the latest 14 days after the sign-in', async () => {
    const token = await signIn(server, person);
    await age(token, 14 * DAY - 600);
    const capped = (await renew(token, { expires_in: DAY })).body;
    expect(Number(claimsOf(capped).exp)).toBe(Number(claimsOf(capped).auth_time) + 14 * DAY);
    expect(lifetimeOf(capped)).toBeLessThanOrEqual(600);
    expect(lifetimeOf((await renew(capped, { expires_in: 5 })).body)).toBe(5);
  });

  it('is none after 14 days', async () => {
    const token = await signIn(server, person);
    await age(token, 14 * DAY);
    const answer = await renew(agedToken(server, token, 14 * DAY));
    expect(outcome(answer)).toEqual([403, 'The session is too old to be renewed, please sign in again']);
    expect(answer.body).toMatchObject({ code: 'session.too_old' });
  });
});

describe('nothing is renewed', () => {
  it('after the session ended', async () => {
    const token = await signIn(server, person);
    await call(server, 'DELETE', '/api/v1/sessions/current', { token });
    expect(outcome(await renew(token))).toEqual(DEAD);
  });

  it('after the password changed', async () => {
    const other = await newPerson(server);
    const token = await signIn(server, other);
    const body = { old_password: other.password, new_password: 'quite another password' };
    await call(server, 'PUT', '/api/v1/accounts/password', { token, body });
    expect(outcome(await renew(token))).toEqual(DEAD);
  });

  it('without a live session behind the token', async () => {
    for (const end of ['UPDATE sessions SET ended_at = now() WHERE id = $1', 'DELETE FROM sessions WHERE id = $1']) {
      const token = await signIn(server, person);
      await server.sql(end, [claimsOf(token).sid]);
      expect(outcome(await renew(token))).toEqual([401, '401 Unauthorized']);
    }
  });

  it('that would outlive an end that comes at the same moment', async () => {
    const [mine, other] = [await signIn(server, person), await signIn(server, person)];
    const renewals = Array.from({ length: 5 }, () => renew(other));
    const ended = call(server, 'DELETE', `/api/v1/sessions/${String(claimsOf(other).sid)}`, { token: mine });
    const answers = await Promise.all([...renewals, ...Array.from({ length: 5 }, () => renew(other))]);
    expect((await ended).status).toBe(204);
    for (const { status, body } of answers) {
      expect([201, 401]).toContain(status);
      if (status === 201) expect(outcome(await me(body))).toEqual(DEAD);
    }
  });
});

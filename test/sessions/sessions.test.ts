import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';

const PATH = '/api/v1/sessions';
const DEAD = [401, 'The access token is invalid'];
const NOT_FOUND = [404, 'Session not found'];
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Listed {
  id: string;
  current: boolean;
  [field: string]: unknown;
}

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const list = (token: string) => call<Listed[]>(server, 'GET', PATH, { token });
const end = (token: string, id: string, body?: unknown) => call(server, 'DELETE', `${PATH}/${id}`, { token, body });
const me = (token: string) => call(server, 'GET', '/api/v1/accounts/me', { token });
const sidOf = (token: string) => String(claimsOf(token).sid);
const idsOf = async (token: string) => (await list(token)).body.map(({ id }) => id).sort();

async function twoSessions(): Promise<[Person, string, string]> {
  const person = await newPerson(server);
  return [person, await signIn(server, person), await signIn(server, person)];
}

describe('the list of sessions', () => {
  it('shows where and when, and which one is asking', async () => {
    const person = await newPerson(server);
    const body = { ...person, application_id: LOCAL_DEMO, expires_in: 600 };
    const headers = { 'user-agent': `Agent <b>${'x'.repeat(300)}` };
    const other = await call<string>(server, 'POST', PATH, { body, headers });
    const mine = await signIn(server, person);
    const answer = await list(mine);
    expect(answer.status).toBe(200);
    const byId = new Map(answer.body.map((session) => [session.id, session]));
    expect(byId.size).toBe(2);
    expect(byId.get(sidOf(mine))).toMatchObject({ current: true });
    const shown = byId.get(sidOf(other.body));
    expect(shown).toEqual({
      id: sidOf(other.body),
      application: { uid: LOCAL_DEMO, name: 'Local demo' },
      ip: '127.0.0.1',
      user_agent: headers['user-agent'].slice(0, 255),
      created_at: expect.stringMatching(ISO),
      last_seen_at: expect.stringMatching(ISO),
      expires_at: expect.stringMatching(ISO),
      current: false,
    });
    expect(Date.parse(String(shown?.expires_at)) / 1000).toBe(claimsOf(other.body).exp);
  });

  it("has newest first, and nobody else's", async () => {
    const [person, first, second] = await twoSessions();
    const stranger = await signIn(server, await newPerson(server));
    await server.sql(`UPDATE sessions SET created_at = created_at - interval '1 minute' WHERE id = $1`, [sidOf(first)]);
    await server.sql(
      `UPDATE accounts SET tokens_valid_after = tokens_valid_after - interval '1 hour' WHERE email = $1`,
      [person.email],
    );
    expect((await list(second)).body.map(({ id }) => id)).toEqual([sidOf(second), sidOf(first)]);
    expect(await idsOf(stranger)).toEqual([sidOf(stranger)]);
  });

  it('leaves out what has ended or expired, and what a password change ended', async () => {
    const [person, first, second] = await twoSessions();
    const third = await signIn(server, person);
    await end(third, sidOf(first));
    await server.sql('UPDATE sessions SET expires_at = now() WHERE id = $1', [sidOf(second)]);
    expect(await idsOf(third)).toEqual([sidOf(third)]);

    const body = { old_password: person.password, new_password: 'quite another password' };
    await call(server, 'PUT', '/api/v1/accounts/password', { token: third, body });
    const fourth = await signIn(server, { ...person, password: body.new_password });
    expect(await idsOf(fourth)).toEqual([sidOf(fourth)]);
    expect(
      await server.sql('SELECT 1 FROM sessions WHERE id = ANY ($1)', [[first, second, third].map(sidOf)]),
    ).toHaveLength(3);
  });
});

describe('ending a session (C-31)', () => {
  it("of one's own makes its token dead at once, and no other", async () => {
    const [, mine, other] = await twoSessions();
    expect(outcome(await end(mine, 'current'))).toEqual([204, undefined]);
    expect(outcome(await me(mine))).toEqual(DEAD);
    expect(outcome(await end(mine, 'current'))).toEqual(DEAD);
    expect((await me(other)).status).toBe(200);
  });

  it('on another device does the same, however its id is spelt', async () => {
    const [, mine, other] = await twoSessions();
    expect(outcome(await end(mine, sidOf(other).toUpperCase()))).toEqual([204, undefined]);
    expect(outcome(await me(other))).toEqual(DEAD);
    expect((await me(mine)).status).toBe(200);
  });

  it('ends all tokens that were renewed from it', async () => {
    const [, mine, other] = await twoSessions();
    const renewed = await call<string>(server, 'POST', '/api/v1/security/renew', { token: other });
    await end(mine, sidOf(other));
    for (const token of [other, renewed.body]) expect(outcome(await me(token))).toEqual(DEAD);
  });

  it('takes the id of the asking one too', async () => {
    const [, mine] = await twoSessions();
    expect(outcome(await end(mine, sidOf(mine)))).toEqual([204, undefined]);
    expect(outcome(await me(mine))).toEqual(DEAD);
  });

  it('finds no foreign, unknown, ended, expired or impossible one, all alike (C-71)', async () => {
    const [person, mine, other] = await twoSessions();
    const expired = await signIn(server, person);
    const stranger = await signIn(server, await newPerson(server));
    await end(mine, sidOf(other));
    await server.sql('UPDATE sessions SET expires_at = now() WHERE id = $1', [sidOf(expired)]);
    const ids = [sidOf(stranger), '00000000-0000-4000-8000-000000000000', sidOf(other), sidOf(expired)];
    for (const id of [...ids, '1', `${sidOf(mine)}x`, '%00', '%27%20OR%201=1', '..%2Fcurrent']) {
      const answer = await end(mine, id);
      expect([id, ...outcome(answer)]).toEqual([id, ...NOT_FOUND]);
      expect(answer.body).toMatchObject({ code: 'session.not_found' });
    }
    expect((await me(stranger)).status).toBe(200);
  });

  it('finds none that a password change has ended', async () => {
    const [person, old, mine] = await twoSessions();
    const body = { old_password: person.password, new_password: 'quite another password' };
    await call(server, 'PUT', '/api/v1/accounts/password', { token: mine, body });
    const fresh = await signIn(server, { ...person, password: body.new_password });
    expect(outcome(await end(fresh, sidOf(old)))).toEqual(NOT_FOUND);
  });

  it('succeeds once of ten times at once (C-80)', async () => {
    const [, mine, other] = await twoSessions();
    const answers = await Promise.all(Array.from({ length: 10 }, () => end(mine, sidOf(other))));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array.from({ length: 9 }, () => 404)]);
  });

  it('is recorded', async () => {
    const [, mine, other] = await twoSessions();
    await end(mine, sidOf(other));
    const [entry] = await server.sql(`SELECT * FROM audit_entries WHERE action = 'session.ended' ORDER BY id DESC`);
    expect(entry).toMatchObject({ actor_uid: claimsOf(mine).sub, details: { sid: sidOf(other) }, ip: '127.0.0.1' });
  });
});

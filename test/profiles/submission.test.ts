import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome, signInAdmin } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { oauthToken, resigned } from '../support/tokens.js';
import {
  type Applicant,
  auditOf,
  decide,
  EXISTS,
  forget,
  INSUFFICIENT,
  mine,
  newApplicant,
  newSubmission,
  PATH,
  principalOf,
  PROFILE,
  submit,
  tally,
  times,
  written,
} from './profiles.js';

const MANY = 20;

let server: TestApp;
let applicant: Applicant;
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  applicant = await newApplicant(server);
  token = applicant.token;
});
afterAll(() => server.close());
beforeEach(() => forget(server, applicant));

describe('a profile', () => {
  it.each(ENCODINGS)('sent as %s waits for review and is read back', async (_, encode) => {
    const answer = await submit(server, token, encode(PROFILE));
    expect(outcome(answer)).toEqual([201, null]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const read = await mine(server, token);
    expect([read.status, read.body]).toEqual([200, { ...PROFILE, state: 'pending', metadata: {} }]);
  });

  it('that is not there is null', async () => {
    const answer = await fetch(`${server.url}${PATH}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, await answer.text()]).toEqual([200, 'null']);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('is seen by its owner only (C-71)', async () => {
    await submit(server, token);
    const other = await newApplicant(server);
    for (const query of ['', `?account_id=1&uid=${applicant.uid}`]) {
      const answer = await call<unknown>(server, 'GET', `${PATH}/me${query}`, { token: other.token });
      expect(outcome(answer)).toEqual([200, null]);
    }
    expect(outcome(await call(server, 'GET', `${PATH}/${applicant.uid}`, { token }))).toEqual([404, 'Not Found']);
  });

  it.each(ENCODINGS)('sent as %s takes nothing but its own parameters (C-51)', async (_, encode) => {
    const other = await newApplicant(server);
    const [{ id = '' } = {}] = await server.sql<{ id: string }>('SELECT id FROM accounts WHERE uid = $1', [other.uid]);
    const wishes = {
      ...{ state: 'approved', role: 'admin', level: '3', account_id: id, uid: other.uid, id: '1' },
      ...{ country_code: 'US', reviewed_by: applicant.uid, reviewed_at: '2000-01-01', reason: 'good', created_at: '1' },
    };
    expect((await submit(server, token, encode({ ...PROFILE, ...wishes }))).status).toBe(201);
    const [row] = await server.sql(
      `SELECT profiles.*, accounts.uid, role, level FROM profiles JOIN accounts ON accounts.id = account_id`,
    );
    expect(row).toMatchObject({ uid: applicant.uid, role: 'member', level: 1, state: 'pending', country_code: 'UA' });
    expect(row).toMatchObject({ reviewed_by: null, reviewed_at: null, reason: null, metadata: {} });
    expect((await mine(server, other.token)).body).toBeNull();
  });

  it('may be asked for by HEAD', async () => {
    const answer = await call<unknown>(server, 'HEAD', `${PATH}/me`, { token });
    expect([answer.status, answer.body]).toEqual([200, undefined]);
  });

  it('stands in the audit log without anything of the person', async () => {
    const { uid, token: fresh } = await newSubmission(server, { ...PROFILE, metadata: { occupation: 'engineer' } });
    expect(await auditOf(server, { uid, token: fresh, email: '' })).toEqual([
      { actor_uid: uid, action: 'profile.submitted', details: { again: false, by: 'local-demo' } },
    ]);
  });
});

describe('one profile an account (C-69)', () => {
  it('says that there is one, waiting or approved, and leaves it', async () => {
    const admin = await principalOf(server, await signInAdmin(server));
    await submit(server, token);
    for (const state of ['pending', 'approved'] as const) {
      if (state === 'approved') await decide(server, admin, applicant, state);
      const before = await written(server);
      const again = await submit(server, token, { ...PROFILE, first_name: 'Mallory' });
      expect(again.status).toBe(409);
      expect(again.body).toEqual({
        error: 'Profile already exists',
        code: 'profile.exists',
        request_id: again.headers.get('x-request-id'),
      });
      expect(await written(server)).toEqual(before);
      expect((await mine(server, token)).body).toMatchObject({ first_name: 'Alice', state });
    }
    expect(outcome(await submit(server, token, {}))[0]).toBe(400);
  });

  it('also of many at once', async () => {
    const person = await newApplicant(server);
    const answers = await times(MANY, (n) => submit(server, person.token, { ...PROFILE, first_name: `Alice ${n}` }));
    expect(tally(answers)).toEqual({ 201: 1, 409: MANY - 1 });
    expect(answers.filter(({ status }) => status === 409).map(outcome)).toContainEqual(EXISTS);
    const { body } = await mine(server, person.token);
    expect(body.first_name).toBe(`Alice ${answers.findIndex(({ status }) => status === 201)}`);
    expect(await auditOf(server, person)).toHaveLength(1);
  });
});

describe('who may', () => {
  it('is told before the parameters are looked at', async () => {
    for (const bad of ['', 'nonsense', resigned(server, token, {}, { typ: 'JWT' })]) {
      expect(outcome(await submit(server, bad, {}))).toEqual([401, 'The access token is invalid']);
      expect(outcome(await mine(server, bad))).toEqual([401, 'The access token is invalid']);
    }
    expect(outcome(await submit(server, resigned(server, token, { exp: 1 }), {}))).toEqual([
      401,
      'The access token expired',
    ]);
  });

  it('is asked for a scope each when the token is an application’s', async () => {
    const writer = oauthToken(server, token, 'profile:write');
    const reader = oauthToken(server, token, 'profile:read');
    const neither = oauthToken(server, token, 'openid', 'profile', 'account:read', 'documents:write', 'labels:write');
    for (const closed of [reader, neither]) {
      const refused = await submit(server, closed, {});
      expect(outcome(refused)).toEqual(INSUFFICIENT);
      expect(refused.headers.get('www-authenticate')).toContain('scope="profile:write"');
    }
    expect((await submit(server, writer)).status).toBe(201);
    for (const closed of [writer, neither]) {
      const refused = await mine(server, closed);
      expect(outcome(refused)).toEqual(INSUFFICIENT);
      expect(refused.headers.get('www-authenticate')).toContain('scope="profile:read"');
    }
    expect((await mine(server, reader)).body).toMatchObject(PROFILE);
  });

  it('is not a person who was banned', async () => {
    const banned = await newApplicant(server);
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE uid = $1`, [banned.uid]);
    expect((await submit(server, banned.token)).status).toBe(401);
  });

  it('knows no other methods', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await call<unknown>(server, method, PATH, { token });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, expect.stringContaining('POST')]);
      expect((await call<unknown>(server, method, `${PATH}/me`, { token })).status).toBe(405);
    }
  });
});

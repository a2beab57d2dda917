import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ADMIN, LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, outcome, type Person } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';

const PATH = '/api/v1/sessions';
const UNAUTHORIZED = [401, '401 Unauthorized'];
const THIRD_PARTY = 'third-party';

let server: TestApp;
let person: Person;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  await server.app.get(ApplicationsService, { strict: false }).create({ uid: THIRD_PARTY, name: 'Theirs' }, null);
  person = await newPerson(server);
});
afterAll(() => server.close());

const signIn = (body: unknown): Promise<Answer> => call(server, 'POST', PATH, { body });
const sessionCount = async () => (await server.sql('SELECT 1 FROM sessions')).length;

describe('a sign-in', () => {
  it.each(ENCODINGS)('sent as %s answers with a JWT as a JSON string', async (_, encode) => {
    const answer = await signIn(encode({ ...person, application_id: LOCAL_DEMO }));
    expect(outcome(answer)).toEqual([201, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('takes the address in any spelling, and ignores what it does not know', async () => {
    const body = { ...person, email: ` ${person.email.toUpperCase()}`, application_id: LOCAL_DEMO, role: 'admin' };
    expect((await signIn(body)).status).toBe(201);
  });

  it('is recorded, with its application, in the audit log', async () => {
    const before = await server.sql(`SELECT 1 FROM audit_entries WHERE action = 'session.created'`);
    await signIn({ ...person, application_id: LOCAL_DEMO });
    const after = await server.sql(`SELECT details FROM audit_entries WHERE action = 'session.created' ORDER BY id`);
    expect(after).toHaveLength(before.length + 1);
    expect(after.at(-1)?.details).toMatchObject({ application: LOCAL_DEMO, sid: expect.any(String) });
  });
});

describe('parameters of a sign-in', () => {
  it.each<[object, string]>([
    [{}, 'email is missing, password is missing, application_id is missing'],
    [{ email: 'a@example.com' }, 'password is missing, application_id is missing'],
    [{ password: 'x', application_id: LOCAL_DEMO }, 'email is missing'],
    [{ email: '', password: '' }, 'application_id is missing'],
    [{ email: 'a@example.com', password: 'x', application_id: '' }, 'application_id is empty'],
    [{ email: 'a@example.com', password: 'x', application_id: null }, 'application_id is empty'],
    [
      { email: ['a@example.com'], password: ['x'], application_id: ['x'] },
      'email is invalid, password is invalid, application_id is invalid',
    ],
    [
      { email: { $ne: '' }, password: { $ne: '' }, application_id: true },
      'email is invalid, password is invalid, application_id is invalid',
    ],
    [{ email: 'a@example.com', password: 12345678, application_id: LOCAL_DEMO }, 'password is invalid'],
    [{ email: 'a@example.com', password: 'x', application_id: 'nul\0' }, 'application_id is invalid'],
    [
      { email: 'a@example.com', password: 'x', application_id: LOCAL_DEMO, expires_in: 'soon' },
      'expires_in is invalid',
    ],
  ])('%j are refused in declared order', async (body, error) => {
    expect(outcome(await signIn(body))).toEqual([400, error]);
  });

  it.each(ENCODINGS)('are refused alike when sent as %s', async (_, encode) => {
    const answer = await signIn(encode({ application_id: ' ', email: '' }));
    expect(outcome(answer)).toEqual([400, 'password is missing, application_id is empty']);
  });
});

describe('before the password is right (C-01)', () => {
  it('nothing tells one failure from another', async () => {
    const wrong = { password: 'not the password', application_id: LOCAL_DEMO };
    const right = { ...person, application_id: LOCAL_DEMO };
    const failures: Record<string, object> = {
      'unknown address': { ...right, email: 'unknown@example.com' },
      'wrong password': { ...right, ...wrong },
      'unknown application': { ...right, application_id: 'unknown' },
      'numeric application': { ...right, application_id: 42 },
      'long application': { ...right, application_id: 'x'.repeat(1_000) },
      'third-party application': { ...right, application_id: THIRD_PARTY },
      'no address': { ...right, email: 'nonsense' },
      'a pattern': { ...right, email: '%' },
      'blank address': { ...right, email: '' },
      'blank password': { ...right, password: '' },
      'null for both': { ...right, email: null, password: null },
      'a NUL in both': { ...right, email: 'nul\0@example.com', password: 'nul\0' },
      'half a pair': { ...right, email: '\ud83d@example.com', password: '\ud83d' },
      'far too long': { ...right, email: `${'a'.repeat(9_000)}@example.com`, password: 'x'.repeat(9_000) },
      'an admin': { email: ADMIN.email, ...wrong },
    };
    const seen = new Map<string, string>();
    const before = await sessionCount();
    for (const [name, body] of Object.entries(failures)) {
      const { status, headers, body: said } = await signIn(body);
      const { request_id: _, ...rest } = said as Record<string, unknown>;
      const shown = [...headers].filter(([header]) => !['date', 'x-request-id'].includes(header));
      seen.set(name, JSON.stringify({ status, shown, rest }));
      expect([name, status, rest]).toEqual([name, 401, { error: '401 Unauthorized', code: 'session.unauthorized' }]);
    }
    expect(new Set(seen.values()).size).toBe(1);
    expect(await sessionCount()).toBe(before);
  });

  it.each(['pending', 'locked', 'banned'])('a %s account looks like any other', async (state) => {
    const other = await newPerson(server);
    await server.sql('UPDATE accounts SET state = $2, otp_enabled = true WHERE email = $1', [other.email, state]);
    const wrong = { ...other, password: 'not the password', application_id: LOCAL_DEMO };
    expect(outcome(await signIn(wrong))).toEqual(UNAUTHORIZED);
    expect(outcome(await signIn({ ...other, application_id: THIRD_PARTY }))).toEqual(UNAUTHORIZED);
    expect(outcome(await signIn({ ...wrong, otp_code: '000000' }))).toEqual(UNAUTHORIZED);
  });

  it('failures are recorded without the address in clear (C-59, C-76)', async () => {
    await signIn({ email: 'stuffed@example.com', password: 'guess', application_id: LOCAL_DEMO });
    const entries = await server.sql(`SELECT * FROM audit_entries WHERE action = 'session.failed'`);
    expect(entries.length).toBeGreaterThan(0);
    expect(JSON.stringify(entries)).not.toMatch(/@example\.com|guess/);
  });
});

describe('after a right password', () => {
  it.each([
    ['pending', 'You have to confirm your email address before continuing', 'account.not_confirmed'],
    ['locked', 'Your account is locked', 'account.locked'],
    ['banned', 'Your account is locked', 'account.locked'],
  ])('a %s account is told so', async (state, error, code) => {
    const other = await newPerson(server);
    await server.sql('UPDATE accounts SET state = $2 WHERE email = $1', [other.email, state]);
    const before = await sessionCount();
    const answer = await signIn({ ...other, application_id: LOCAL_DEMO });
    expect(answer).toMatchObject({ status: 401, body: { error, code } });
    expect(await sessionCount()).toBe(before);
  });

  it('an account with two-factor gets no token without its code (C-20)', async () => {
    const other = await newPerson(server);
    await server.sql('UPDATE accounts SET otp_enabled = true WHERE email = $1', [other.email]);
    const before = await sessionCount();
    const body = { ...other, application_id: LOCAL_DEMO };
    const missing = [403, 'The account has enabled 2FA but OTP code is missing'];
    expect(outcome(await signIn(body))).toEqual(missing);
    expect(outcome(await signIn({ ...body, otp_code: '' }))).toEqual(missing);
    expect(outcome(await signIn({ ...body, otp_code: null }))).toEqual(missing);
    expect(outcome(await signIn({ ...body, otp_code: '000000' }))).toEqual([403, 'OTP code is invalid']);
    expect(await sessionCount()).toBe(before);
  });
});

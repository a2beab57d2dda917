import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { auditOf, callAs, type Member, newMember } from './staff.js';

interface Label {
  key: string;
  value: string;
  scope: string;
}

let server: TestApp;
let admin: Member;
let member: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  member = await newMember(server);
});
afterAll(() => server.close());

const labels = (method: string, key = '', body?: unknown) =>
  callAs<Label>(server, admin, method, `/accounts/${member.uid}/labels${key}`, body === undefined ? {} : { body });

describe('labels of an account', () => {
  it.each(ENCODINGS)('of both scopes are given by staff in %s, changed and taken away', async (_, encode) => {
    const given = { key: 'risk', value: 'high', scope: 'private' };
    const made = await labels('POST', '', encode(given));
    expect(made.status).toBe(201);
    expect(made.body).toEqual({ ...given, created_at: expect.any(String), updated_at: expect.any(String) });
    expect((await labels('GET')).body).toEqual([made.body]);
    expect((await call(server, 'GET', '/api/v1/labels/risk', { token: member.token })).body).toEqual(made.body);

    expect((await labels('PATCH', '/risk', encode({ value: 'low' }))).body).toEqual(
      expect.objectContaining({ value: 'low', scope: 'private' }),
    );
    expect((await labels('PATCH', '/risk', encode({ scope: 'public' }))).body).toEqual(
      expect.objectContaining({ value: 'low', scope: 'public' }),
    );
    const gone = await labels('DELETE', '/risk');
    expect([gone.status, gone.body]).toEqual([204, undefined]);
    expect(outcome(await labels('DELETE', '/risk'))).toEqual([404, `Couldn't find Label`]);
    const [newest] = await auditOf(server, member.uid);
    expect(newest).toEqual(expect.objectContaining({ action: 'label.deleted', actor_uid: admin.uid }));
  });

  it.each<[unknown, number, unknown]>([
    [{}, 400, 'key is missing, value is missing'],
    [{ key: 'A!', value: 'abc' }, 422, { key: ['Key is invalid', 'Key is too short (minimum is 3 characters)'] }],
    [{ key: 'abc', value: 'abc', scope: 'secret' }, 422, { scope: ['Scope is not included in the list'] }],
    [{ key: 'abc', value: 'abc', scope: ['public'] }, 400, 'scope is invalid'],
  ])('are not made of %j', async (body, status, said) => {
    expect(outcome(await labels('POST', '', body))).toEqual([status, said]);
  });

  it('have one of each key, also among 20 requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => labels('POST', '', { key: 'same', value: `value${n}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(19);
    expect(outcome(await labels('PATCH', '/same', { value: 'no good' }))).toEqual([
      422,
      { value: ['Value is invalid'] },
    ]);
    expect(outcome(await labels('PATCH', '/same', {}))).toEqual([400, 'value or scope is missing']);
  });

  it('of no account, or of a key that is none, are not there', async () => {
    expect(outcome(await callAs(server, admin, 'GET', '/accounts/ID0000000000/labels'))).toEqual([
      404,
      'Account not found',
    ]);
    for (const key of ['/none', '/%00', `/${'x'.repeat(5000)}`]) {
      expect((await labels('PATCH', key, { value: 'abc' })).status).toBe(404);
      expect((await labels('DELETE', key)).status).toBe(404);
    }
  });
});

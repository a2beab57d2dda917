import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { auditOf, change, create, get, list, newOwner, NOT_FOUND, type Owner, PATH, remove, rowsOf } from './labels.js';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const INVALID_KEY = 'Key is invalid';
const SHORT_KEY = 'Key is too short (minimum is 3 characters)';
const LONG_KEY = 'Key is too long (maximum is 255 characters)';
const INVALID_VALUE = 'Value is invalid';
const SHORT_VALUE = 'Value is too short (minimum is 3 characters)';
const LONG_VALUE = 'Value is too long (maximum is 255 characters)';

let server: TestApp;
let owner: Owner;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  owner = await newOwner(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.sql('DELETE FROM labels');
});

describe('POST labels', () => {
  it.each(ENCODINGS)('sent as %s makes a public label and answers with it', async (_, encode) => {
    const answer = await create(server, owner.token, encode({ key: 'referrer', value: 'Newsletter-12' }));
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        key: 'referrer',
        value: 'Newsletter-12',
        scope: 'public',
        created_at: expect.stringMatching(MOMENT),
        updated_at: answer.body.created_at,
      },
    ]);
    expect((await get(server, owner.token, 'referrer')).body).toEqual(answer.body);
  });

  it.each([
    ['a-1', 'A_b'],
    ['___', '---'],
    ['k'.repeat(255), 'V'.repeat(255)],
    ['constructor', 'null'],
  ])('takes %j with %j', async (key, value) => {
    expect((await create(server, owner.token, { key, value })).status).toBe(201);
    expect(await rowsOf(server, owner)).toEqual([{ key, value, scope: 'public' }]);
  });

  it('reads JSON numbers as text', async () => {
    expect((await create(server, owner.token, { key: 123, value: 4567 })).body).toMatchObject({
      key: '123',
      value: '4567',
    });
  });

  it.each<[unknown, string]>([
    [{}, 'key is missing, value is missing'],
    [undefined, 'key is missing, value is missing'],
    [{ value: 'value' }, 'key is missing'],
    [{ key: 'key' }, 'value is missing'],
    [{ value: '', key: ' ' }, 'key is empty, value is empty'],
    [{ value: null, key: null }, 'key is empty, value is empty'],
    [{ key: '' }, 'key is empty, value is missing'],
    [{ key: ['key'], value: { $gt: '' } }, 'key is invalid, value is invalid'],
    [{ key: true, value: false }, 'key is invalid, value is invalid'],
    [{ value: ['a', 'b'] }, 'key is missing, value is invalid'],
  ])('says what is missing or no text in %j', async (body, error) => {
    expect(outcome(await create(server, owner.token, body))).toEqual([400, error]);
    expect(await rowsOf(server, owner)).toEqual([]);
  });

  it.each(ENCODINGS)('says so alike when sent as %s', async (_, encode) => {
    expect(outcome(await create(server, owner.token, encode({ key: '' })))).toEqual([
      400,
      'key is empty, value is missing',
    ]);
    expect(outcome(await create(server, owner.token, encode({ key: 'A!', value: 'b c' })))).toEqual([
      422,
      { key: [INVALID_KEY, SHORT_KEY], value: [INVALID_VALUE] },
    ]);
  });

  it.each<[unknown, unknown, unknown]>([
    ['Key', 'value', { key: [INVALID_KEY] }],
    ['ke', 'value', { key: [SHORT_KEY] }],
    ['key', 'va', { value: [SHORT_VALUE] }],
    [1, 2, { key: [SHORT_KEY], value: [SHORT_VALUE] }],
    ['k'.repeat(256), 'V'.repeat(256), { key: [LONG_KEY], value: [LONG_VALUE] }],
    ['k!'.repeat(5_000), 'V!'.repeat(5_000), { key: [INVALID_KEY, LONG_KEY], value: [INVALID_VALUE, LONG_VALUE] }],
    [' key ', 'value\n', { key: [INVALID_KEY], value: [INVALID_VALUE] }],
    ['key\u0000', 'val\u0000ue', { key: [INVALID_KEY], value: [INVALID_VALUE] }],
    ['key\ud83d', '\udd11value', { key: [INVALID_KEY], value: [INVALID_VALUE] }],
    ['ключ', 'caf\u00e9', { key: [INVALID_KEY], value: [INVALID_VALUE] }],
    ['\uff4b\uff45\uff59', '\u{1f511}\u{1f511}', { key: [INVALID_KEY], value: [INVALID_VALUE, SHORT_VALUE] }],
    ['a.b', 'a/b', { key: [INVALID_KEY], value: [INVALID_VALUE] }],
    ['a%25', `a' OR 1=1`, { key: [INVALID_KEY], value: [INVALID_VALUE] }],
    [1.5, -1.5, { key: [INVALID_KEY], value: [INVALID_VALUE] }],
  ])('says by field what is wrong with the key %j and the value %j', async (key, value, error) => {
    const before = await auditOf(server, owner);
    const answer = await create(server, owner.token, { key, value });
    expect(outcome(answer)).toEqual([422, error]);
    expect(answer.body).toMatchObject({ code: 'label.invalid' });
    expect(await rowsOf(server, owner)).toEqual([]);
    expect(await auditOf(server, owner)).toEqual(before);
  });

  it('takes a key once an account', async () => {
    const other = await newOwner(server);
    expect((await create(server, owner.token, { key: 'referrer', value: 'first' })).status).toBe(201);
    const again = await create(server, owner.token, { key: 'referrer', value: 'second' });
    expect(again.status).toBe(422);
    expect(again.body).toEqual({
      error: { key: ['Key has already been taken'] },
      code: 'label.taken',
      request_id: again.headers.get('x-request-id'),
    });
    expect((await create(server, other.token, { key: 'referrer', value: 'third' })).status).toBe(201);
    expect(await rowsOf(server, owner)).toEqual([{ key: 'referrer', value: 'first', scope: 'public' }]);
  });

  it.each(ENCODINGS)('sent as %s takes nothing but key and value from its sender (C-51)', async (_, encode) => {
    const other = await newOwner(server);
    const wishes = { scope: 'private', account_id: other.id, uid: other.uid, id: '1', created_at: '2000-01-01' };
    const query = new URLSearchParams({ ...wishes, value: 'of-the-query' }).toString();
    const body = encode({ key: 'referrer', value: 'Mine', ...wishes });
    const answer = await call<{ created_at: string }>(server, 'POST', `${PATH}?${query}`, { token: owner.token, body });
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ value: 'Mine', scope: 'public' })]);
    expect(answer.body.created_at).not.toMatch(/^2000/);
    expect(Object.keys(answer.body)).toEqual(['key', 'value', 'scope', 'created_at', 'updated_at']);
    expect(await rowsOf(server, other)).toEqual([]);
  });
});

describe('GET labels', () => {
  it('lists the own ones by key, none at first', async () => {
    expect(outcome(await list(server, owner.token))).toEqual([200, []]);
    for (const key of ['second', 'third', 'first']) await create(server, owner.token, { key, value: 'value' });
    await create(server, (await newOwner(server)).token, { key: 'of-another', value: 'value' });
    const { status, body } = await list(server, owner.token);
    expect([status, body.map(({ key }) => key)]).toEqual([200, ['first', 'second', 'third']]);
    for (const label of body) expect((await get(server, owner.token, label.key)).body).toEqual(label);
  });

  it('with a key does not find what is not there', async () => {
    await create(server, owner.token, { key: 'referrer', value: 'value' });
    for (const key of ['referre', 'referrer1', 'REFERRER', 're', '100', 'null']) {
      const answer = await get(server, owner.token, key);
      expect(outcome(answer)).toEqual(NOT_FOUND);
      expect(answer.body).toMatchObject({ code: 'label.not_found' });
    }
  });

  it('answers HEAD with the status alone', async () => {
    await create(server, owner.token, { key: 'referrer', value: 'value' });
    const { token } = owner;
    const head = async (path: string) => {
      const { status, headers, body } = await call<unknown>(server, 'HEAD', path, { token });
      return [status, body, headers.get('content-type')];
    };
    expect(await head(PATH)).toEqual([200, undefined, 'application/json; charset=utf-8']);
    expect(await head(`${PATH}/referrer`)).toEqual([200, undefined, 'application/json; charset=utf-8']);
    expect(await head(`${PATH}/missing`)).toEqual([404, undefined, 'application/json; charset=utf-8']);
    expect((await call(server, 'HEAD', PATH)).status).toBe(401);
  });
});

describe('PATCH labels', () => {
  it.each(ENCODINGS)('sent as %s gives a label another value', async (_, encode) => {
    const { body: before } = await create(server, owner.token, { key: 'referrer', value: 'Before' });
    const answer = await change(server, owner.token, 'referrer', encode({ value: 'After' }));
    expect([answer.status, answer.body]).toEqual([
      200,
      { ...before, value: 'After', updated_at: expect.stringMatching(MOMENT) },
    ]);
    expect(answer.body.updated_at > before.updated_at).toBe(true);
    expect((await get(server, owner.token, 'referrer')).body).toEqual(answer.body);
  });

  it('changes nothing else, whatever is sent along (C-51)', async () => {
    const other = await newOwner(server);
    await create(server, owner.token, { key: 'referrer', value: 'Before' });
    const wishes = { key: 'another', scope: 'private', account_id: other.id, created_at: '2000-01-01' };
    expect((await change(server, owner.token, 'referrer', { value: 'After', ...wishes })).status).toBe(200);
    expect(await rowsOf(server, owner)).toEqual([{ key: 'referrer', value: 'After', scope: 'public' }]);
  });

  it.each<[unknown, number, unknown]>([
    [{}, 400, 'value is missing'],
    [undefined, 400, 'value is missing'],
    [{ value: '' }, 400, 'value is empty'],
    [{ value: null }, 400, 'value is empty'],
    [{ value: ['After'] }, 400, 'value is invalid'],
    [{ value: { $ne: '' } }, 400, 'value is invalid'],
    [{ value: true }, 400, 'value is invalid'],
    [{ value: 'b c' }, 422, { value: [INVALID_VALUE] }],
    [{ value: 'After\n' }, 422, { value: [INVALID_VALUE] }],
    [{ value: 'A\u0000B' }, 422, { value: [INVALID_VALUE] }],
    [{ value: 'x' }, 422, { value: [SHORT_VALUE] }],
    [{ value: 'x'.repeat(256) }, 422, { value: [LONG_VALUE] }],
  ])('refuses %j and leaves the label as it was (C-70)', async (body, status, error) => {
    const { body: before } = await create(server, owner.token, { key: 'referrer', value: 'Before' });
    const entries = await auditOf(server, owner);
    expect(outcome(await change(server, owner.token, 'referrer', body))).toEqual([status, error]);
    expect((await get(server, owner.token, 'referrer')).body).toEqual(before);
    expect(await auditOf(server, owner)).toEqual(entries);
  });

  it('does not find what is not there, and makes nothing', async () => {
    expect(outcome(await change(server, owner.token, 'missing', { value: 'value' }))).toEqual(NOT_FOUND);
    expect(outcome(await change(server, owner.token, 'missing', { value: 'b c' }))).toEqual(NOT_FOUND);
    expect(await rowsOf(server, owner)).toEqual([]);
  });
});

describe('DELETE labels', () => {
  it('takes a label away, once', async () => {
    await create(server, owner.token, { key: 'referrer', value: 'value' });
    await create(server, owner.token, { key: 'another', value: 'value' });
    expect(outcome(await remove(server, owner.token, 'referrer'))).toEqual([204, undefined]);
    expect(outcome(await remove(server, owner.token, 'referrer'))).toEqual(NOT_FOUND);
    expect(outcome(await get(server, owner.token, 'referrer'))).toEqual(NOT_FOUND);
    expect(await rowsOf(server, owner)).toEqual([{ key: 'another', value: 'value', scope: 'public' }]);
    expect((await create(server, owner.token, { key: 'referrer', value: 'again' })).status).toBe(201);
  });
});

it('tells each write in the audit log, and of public values nothing', async () => {
  await create(server, owner.token, { key: 'referrer', value: 'Secretive-1' });
  await change(server, owner.token, 'referrer', { value: 'Secretive-2' });
  await remove(server, owner.token, 'referrer');
  const entry = { actor_uid: owner.uid, details: { key: 'referrer', scope: 'public' } };
  expect((await auditOf(server, owner)).slice(-3)).toEqual([
    { ...entry, action: 'label.created' },
    { ...entry, action: 'label.changed' },
    { ...entry, action: 'label.deleted' },
  ]);
});

it('has no other methods', async () => {
  const { token } = owner;
  const put = await call<unknown>(server, 'PUT', PATH, { token, body: {} });
  expect([put.status, put.headers.get('allow')]).toEqual([405, expect.stringContaining('POST')]);
  const post = await call<unknown>(server, 'POST', `${PATH}/referrer`, { token, body: {} });
  expect([post.status, post.headers.get('allow')]).toEqual([405, expect.stringContaining('PATCH')]);
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { ENCODINGS, multipart } from '../support/encodings.js';
import { type Applicant, forget, mine, newApplicant, PROFILE, submit } from './profiles.js';

const INVALID = [400, 'metadata is invalid'];
const MALFORMED = [400, 'The request body is malformed'];

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

const send = (metadata: unknown) => submit(server, token, { ...PROFILE, metadata });
const rows = async () => (await server.sql<{ n: number }>('SELECT count(*)::int AS n FROM profiles'))[0]?.n;

/** JSON of exactly so many bytes. */
const sized = (bytes: number, filling = 'x') => {
  const rest = bytes - Buffer.byteLength('{"a":""}');
  return {
    a: filling.repeat(Math.floor(rest / Buffer.byteLength(filling))) + 'x'.repeat(rest % Buffer.byteLength(filling)),
  };
};

describe('metadata (C-69)', () => {
  it.each(ENCODINGS.filter(([name]) => name !== 'JSON'))('comes in %s as nested keys', async (_, encode) => {
    const keys = {
      'metadata[occupation]': 'engineer',
      'metadata[home][city]': 'Kyiv',
      'metadata[home][geo][lat]': '50.45',
      'metadata[toString]': 'text',
      'metadata[empty]': '',
    };
    expect(outcome(await submit(server, token, encode({ ...PROFILE, ...keys })))).toEqual([201, null]);
    expect((await mine(server, token)).body.metadata).toEqual({
      occupation: 'engineer',
      home: { city: 'Kyiv', geo: { lat: '50.45' } },
      toString: 'text',
      empty: '',
    });
  });

  it.each<[unknown]>([
    [{}],
    [{ a: '', b: 0, c: -1.5, d: 1e21, e: { f: { g: 'three levels' } } }],
    [{ '': 'no name', ' ': 'space', 'a.b[c]': 'dots', '\u043a\u043b\u044e\u0447': '\u{1f511}' }],
    [{ state: 'approved', role: 'admin', account_id: 1, first_name: 'x' }],
    [{ hasOwnProperty: 'a', toString: 'b', valueOf: 'c', toJSON: 'd', then: 'e', length: 3, isPrototypeOf: 1 }],
    [{ a: { toString: 'b', then: 'e', hasOwnProperty: 'a', length: 0 } }],
    [{ note: '<script>alert(1)</script>', sql: `'; DROP TABLE profiles; --`, key: '$gt' }],
    [{ $gt: '', 'key with "quotes"': '\\' }],
    [sized(8192)],
    [sized(8192, '\u00e4')],
  ])('is read back as sent: %j', async (metadata) => {
    expect(outcome(await send(metadata))).toEqual([201, null]);
    expect((await mine(server, token)).body).toEqual({ ...PROFILE, state: 'pending', metadata });
  });

  it.each([undefined, null, '', ' '])('may be %j, which is none', async (metadata) => {
    expect(outcome(await send(metadata))).toEqual([201, null]);
    expect((await mine(server, token)).body.metadata).toEqual({});
  });

  it.each<[string, unknown]>([
    ['a text', 'text'],
    ['JSON in a text', '{"a":1}'],
    ['a number', 5],
    ['zero', 0],
    ['yes', true],
    ['no', false],
    ['a list', []],
    ['a list of objects', [{ a: 1 }]],
    ['a list inside', { a: [1] }],
    ['an empty list inside', { a: { b: [] } }],
    ['true inside', { a: true }],
    ['false deep inside', { a: { b: { c: false } } }],
    ['null inside', { a: null }],
    ['four levels', { a: { b: { c: {} } } }],
    ['five levels', { a: { b: { c: { d: 1 } } } }],
    ['one byte too many', sized(8193)],
    ['one byte too many in characters of two', sized(8193, '\u00e4')],
    ['far too much', sized(40_000)],
    ['NUL in a value', { a: 'a\u0000b' }],
    ['NUL in a name', { 'a\u0000b': 'a' }],
    ['half a pair', { a: { b: '\ud800' } }],
    ['half a pair in a name', { '\udc00': 'a' }],
  ])('is invalid when it is or has %s', async (_, metadata) => {
    expect(outcome(await send(metadata))).toEqual(INVALID);
    expect(await rows()).toBe(0);
  });

  it.each(['1e400', '-1e999'])('is invalid with a number as big as %s', async (number) => {
    const json = JSON.stringify({ ...PROFILE, metadata: { a: 7 } }).replace(':7', `:${number}`);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(`${server.url}/api/v1/profiles`, { method: 'POST', headers, body: json });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual(INVALID);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('may not have a key %s, in any encoding (C-52)', async (key) => {
    const json = JSON.stringify(PROFILE);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    for (const metadata of [`{"${key}":"x"}`, `{"${key}":{"state":"approved"}}`, `{"a":{"b":{"${key}":1}}}`]) {
      const body = json.replace(/\}$/, `,"metadata":${metadata}}`);
      const answer = await fetch(`${server.url}/api/v1/profiles`, { method: 'POST', headers, body });
      expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual(MALFORMED);
    }
    for (const name of [`metadata[${key}]`, `metadata[a][${key}]`, `metadata[${key}][state]`]) {
      for (const body of [new URLSearchParams({ ...PROFILE, [name]: 'x' }), multipart({ ...PROFILE, [name]: 'x' })]) {
        // The parser of forms drops what would be a prototype; then there is nothing left to refuse.
        const { status } = await submit(server, token, body);
        const { body: read } = await mine(server, token);
        expect([status, read]).toEqual(
          status === 400 ? [400, null] : [201, expect.objectContaining({ state: 'pending' })],
        );
        expect(JSON.stringify(read ?? {})).not.toContain(key);
        await forget(server, applicant);
      }
    }
    expect(({} as Record<string, unknown>).state).toBeUndefined();
  });

  it.each(ENCODINGS.filter(([name]) => name !== 'JSON'))(
    'in %s may have neither lists nor more levels',
    async (_, encode) => {
      for (const name of ['metadata[]', 'metadata[a][]', 'metadata[a][b][c][d]', 'metadata[0]', 'metadata[a][0]']) {
        const { status } = await submit(server, token, encode({ ...PROFILE, [name]: 'x' }));
        const read = (await mine(server, token)).body;
        // A number in brackets may be a name or a place in a list; what is stored has no lists.
        expect([name, status]).toEqual([name, read ? 201 : 400]);
        if (read) expect(JSON.stringify(read.metadata)).not.toContain('[');
        if (!name.includes('0')) expect(status).toBe(400);
        await forget(server, applicant);
      }
      expect(outcome(await submit(server, token, encode({ ...PROFILE, metadata: 'text' })))).toEqual(INVALID);
      expect(outcome(await submit(server, token, encode({ ...PROFILE, 'metadata[a]': 'x'.repeat(8200) })))).toEqual(
        INVALID,
      );
      expect(await rows()).toBe(0);
    },
  );

  it('twice under one name is a list, which it may not have', async () => {
    const form = new URLSearchParams(PROFILE);
    for (const value of ['1', '2']) form.append('metadata[a]', value);
    expect(outcome(await submit(server, token, form))).toEqual(INVALID);
    const parts = multipart(PROFILE);
    for (const value of ['1', '2']) parts.append('metadata[a]', value);
    expect(outcome(await submit(server, token, parts))).toEqual(INVALID);
  });
});

it('a parameter that is sent twice is invalid, too', async () => {
  const form = new URLSearchParams(PROFILE);
  form.append('first_name', 'Bob');
  expect(outcome(await submit(server, token, form))).toEqual([400, 'first_name is invalid']);
  const parts = multipart(PROFILE);
  parts.append('first_name', 'Bob');
  expect(outcome(await submit(server, token, parts))).toEqual([400, 'first_name is invalid']);
});

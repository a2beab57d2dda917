import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, outcome } from '../support/client.js';
import { raw } from '../support/raw.js';
import { rowCounts } from '../support/rows.js';

const PATH = '/api/v1/accounts';
const MALFORMED = [400, 'The request body is malformed'];
const TOO_LARGE = [413, 'The request body is too large'];
const UNSUPPORTED = [415, 'The content type of the request is not supported'];
const MISSING = [400, 'email is missing, password is missing'];
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

let server: TestApp;
let before: Record<string, number>;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  before = await rowCounts(server);
});
afterAll(() => server.close());

const post = (contentType: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
  call(server, 'POST', PATH, { headers: { 'content-type': contentType, ...headers }, body });

const nested = (depth: number): unknown => (depth <= 1 ? { end: 1 } : { a: nested(depth - 1) });
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, '1']));

describe('a JSON body (C-52, C-54)', () => {
  it.each(['{"email":', '{email:1}', "{'email':'a'}", '[]', '[{"email":"a@b.com"}]', '"email"', '42', 'true', 'null'])(
    '%s is malformed',
    async (body) => {
      const answer = await post(JSON_TYPE, body);
      expect(outcome(answer)).toEqual(MALFORMED);
      expect(answer.body).toMatchObject({ code: 'request.malformed_body' });
    },
  );

  it.each(['{"email":"a@b.com"}x', '{}{}', 'email=a@b.com', '<a/>', '{"a":NaN}', '{"a":1,}', ' '])(
    '%j is malformed too',
    async (body) => expect(outcome(await post(JSON_TYPE, body))).toEqual(MALFORMED),
  );

  it.each([
    '{"__proto__":{"role":"admin"},"email":"a@example.com","password":"a long enough password"}',
    '{"constructor":{"prototype":{"role":"admin"}},"email":"a@example.com","password":"a long enough password"}',
    '{"prototype":1,"email":"a@example.com","password":"a long enough password"}',
    '{"email":"a@example.com","password":"a long enough password","more":{"deep":[{"__proto__":{"a":1}}]}}',
    '{"email":"a@example.com","password":"a long enough password","\\u005f_proto__":{"role":"admin"}}',
  ])('%s would reach a prototype', async (body) => {
    expect(outcome(await post(JSON_TYPE, body))).toEqual(MALFORMED);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  it('may be eight deep and have two hundred keys, and no more', async () => {
    expect(outcome(await post(JSON_TYPE, JSON.stringify(nested(8))))).toEqual(MISSING);
    expect(outcome(await post(JSON_TYPE, JSON.stringify(nested(9))))).toEqual(MALFORMED);
    expect(outcome(await post(JSON_TYPE, `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`))).toEqual(MALFORMED);
    expect(outcome(await post(JSON_TYPE, JSON.stringify(keys(200))))).toEqual(MISSING);
    expect(outcome(await post(JSON_TYPE, JSON.stringify(keys(201))))).toEqual(MALFORMED);
  });

  it('may have 64 KiB and no more', async () => {
    const sized = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    expect(outcome(await post(JSON_TYPE, sized(65_536)))).toEqual(MISSING);
    const answer = await post(JSON_TYPE, sized(65_537));
    expect(outcome(answer)).toEqual(TOO_LARGE);
    expect(answer.body).toMatchObject({ code: 'request.too_large' });
    expect(outcome(await post(JSON_TYPE, sized(1_000_000)))).toEqual(TOO_LARGE);
  });

  it('without an announced length is cut off at 64 KiB too', async () => {
    const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
    const head = `POST ${PATH} HTTP/1.1\nHost: x\nContent-Type: ${JSON_TYPE}\nTransfer-Encoding: chunked\nConnection: close`;
    expect(outcome(await raw(server, head, `6\r\n{"a":"\r\n${chunk.repeat(9)}0\r\n\r\n`))).toEqual(TOO_LARGE);
  });
});

describe('the content type', () => {
  it.each([
    'text/plain',
    'text/xml',
    'application/octet-stream',
    'application/vnd.api+json',
    'application/jsonp',
    'json',
    ';',
  ])('%s is not supported', async (type) => {
    const answer = await post(type, '{"email":"a@example.com","password":"a long enough password"}');
    expect(outcome(answer)).toEqual(UNSUPPORTED);
    expect(answer.body).toMatchObject({ code: 'request.unsupported_media_type' });
  });

  it('must be there when there is a body', async () => {
    const body = '{"email":"a@example.com","password":"a long enough password"}';
    const head = `POST ${PATH} HTTP/1.1\nHost: x\nContent-Length: ${body.length}\nConnection: close`;
    expect(outcome(await raw(server, head, body))).toEqual(UNSUPPORTED);
    expect(outcome(await raw(server, `${head}\nContent-Type:`, body))).toEqual(UNSUPPORTED);
  });

  it('does not matter when there is none', async () => {
    const head = `POST ${PATH} HTTP/1.1\nHost: x\nContent-Length: 0\nConnection: close`;
    expect(outcome(await raw(server, head))).toEqual(MISSING);
    expect(outcome(await raw(server, `${head}\nContent-Type: text/plain`))).toEqual(MISSING);
    expect(outcome(await raw(server, `POST ${PATH} HTTP/1.1\nHost: x\nConnection: close`))).toEqual(MISSING);
  });

  it('has no case and may have parameters, such as a character set that we know', async () => {
    for (const type of ['Application/JSON', 'application/json;charset=utf-8', 'application/json ; charset="UTF-8"']) {
      expect(outcome(await post(type, '{}'))).toEqual(MISSING);
    }
    expect(outcome(await post('application/json; charset=x-unknown', '{}'))).toEqual(UNSUPPORTED);
  });

  it('of compressed bodies is refused, so that nothing small becomes big (C-54)', async () => {
    const json = '{"email":"a@example.com","password":"a long enough password"}';
    for (const coding of ['gzip', 'deflate', 'br', 'zstd', 'x-unknown']) {
      const headers = { 'content-encoding': coding };
      expect(outcome(await post(JSON_TYPE, gzipSync(json), headers))).toEqual(UNSUPPORTED);
      expect(outcome(await post(FORM_TYPE, gzipSync('email=a'), headers))).toEqual(UNSUPPORTED);
    }
  });
});

describe('a form body', () => {
  it.each([
    ['email=a%40example.com&email=b%40example.com&password=a+long+enough+password', 'email is invalid'],
    ['email=a%40example.com&password=one+long+password&password=two+long+passwords', 'password is invalid'],
    ['email[]=a%40example.com&password=a+long+enough+password', 'email is invalid'],
    ['email[0]=a%40example.com&password=a+long+enough+password', 'email is invalid'],
    ['email[$ne]=&password[$ne]=', 'email is invalid, password is invalid'],
    ['email%5Bx%5D=1&password=a+long+enough+password', 'email is invalid'],
    ['password=a+long+enough+password', 'email is missing'],
  ])('%s is refused (C-52)', async (body, error) => {
    expect(outcome(await post(FORM_TYPE, body))).toEqual([400, error]);
  });

  it.each([
    '__proto__[role]=admin',
    '__proto__.role=admin',
    'constructor[prototype][role]=admin',
    'constructor=x',
    'a[__proto__][role]=admin',
    'a[constructor][prototype][role]=admin',
    '__proto__=x&__proto__[role]=admin',
  ])('%s changes no prototype', async (body) => {
    expect([MISSING, MALFORMED]).toContainEqual(outcome(await post(FORM_TYPE, body)));
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  it('could reach none by a careless merge either (C-52)', () => {
    const body = JSON.parse('{"__proto__": {"role": "admin"}}') as object;
    expect(Object.assign({}, body)).not.toHaveProperty('role');
  });

  it('has the same limits as JSON', async () => {
    const flat = (count: number) => new URLSearchParams(keys(count)).toString();
    expect(outcome(await post(FORM_TYPE, flat(200)))).toEqual(MISSING);
    expect([400, 413]).toContain((await post(FORM_TYPE, flat(201))).status);
    expect(outcome(await post(FORM_TYPE, `a=${'x'.repeat(65_535)}`))).toEqual(TOO_LARGE);
    expect(outcome(await post(FORM_TYPE, `a${'[b]'.repeat(9)}=1`))).toEqual(MALFORMED);
    expect(outcome(await post(FORM_TYPE, `a${'[b]'.repeat(5_000)}=1`))).toEqual(MALFORMED);
  });

  it.each(['%', '%zz=1', '%E0%A4%A=1', '&&&===', '\u0000', '[]=1', '=1', '[[[[=1'])(
    'that reads %j has no parameter of ours',
    async (body) => expect(outcome(await post(FORM_TYPE, body))).toEqual(MISSING),
  );
});

it('of all this nothing was written', async () => {
  expect(await rowCounts(server)).toEqual(before);
});

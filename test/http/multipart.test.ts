import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, outcome } from '../support/client.js';
import { raw } from '../support/raw.js';
import { rowCounts } from '../support/rows.js';

const PATH = '/api/v1/accounts';
const MALFORMED = [400, 'The request body is malformed'];
const TOO_LARGE = [413, 'The request body is too large'];
const MISSING = [400, 'email is missing, password is missing'];
const BOUNDARY = 'the-boundary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

let server: TestApp;
let before: Record<string, number>;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  before = await rowCounts(server);
});
afterAll(() => server.close());

const post = (body: string | Buffer | FormData, type = TYPE): Promise<Answer> =>
  call(server, 'POST', PATH, { headers: body instanceof FormData ? {} : { 'content-type': type }, body });

/** One part, as its disposition and content; more lines of its head may follow the disposition. */
const part = (disposition: string, content: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
const field = (name: string, content: string) => part(`name="${name}"`, content);
const END = `--${BOUNDARY}--\r\n`;
const GOOD = field('email', 'a@example.com') + field('password', 'short');

describe('a multipart body (C-67)', () => {
  it('is read like any other', async () => {
    const answer = await post(GOOD + END);
    expect(outcome(answer)).toEqual([422, ['Password is too short (minimum is 8 characters)']]);
  });

  it('with a file is refused where none is asked for', async () => {
    const form = new FormData();
    form.set('email', 'a@example.com');
    form.set('password', new Blob(['a long enough password']), 'password.txt');
    expect(outcome(await post(form))).toEqual(MALFORMED);
    form.delete('password');
    form.set('avatar', new Blob(['x'.repeat(1_000_000)]), 'a.png');
    expect([400, 413]).toContain((await post(form)).status);
  });

  it.each([
    ['without a boundary', GOOD + END, 'multipart/form-data'],
    ['with another boundary than announced', GOOD + END, 'multipart/form-data; boundary=another'],
    ['of JSON', '{"email":"a@example.com"}', TYPE],
    ['that ends within a part', GOOD + field('more', 'x').slice(0, -10), TYPE],
    ['that ends within a head', `${GOOD}--${BOUNDARY}\r\nContent-Dispo`, TYPE],
    ['that never ends', GOOD, TYPE],
    ['with nothing in it', '\r\n', TYPE],
  ])('%s is malformed', async (_, body, type) => {
    expect(outcome(await post(body, type))).toEqual(MALFORMED);
  });

  it.each([
    ['a part without a name', part('', 'x')],
    ['a part with a blank name', field('', 'x')],
    ['a part without a disposition', `--${BOUNDARY}\r\nX: y\r\n\r\nx\r\n`],
    ['unknown fields', field('role', 'admin') + field('metadata[a]', 'b')],
  ])('with %s is no harm', async (_, odd) => {
    expect([MALFORMED, MISSING]).toContainEqual(outcome(await post(odd + END)));
  });

  it.each([
    ['one field twice', field('email', 'a@example.com') + field('email', 'b@example.com'), 'email is invalid'],
    ['a list', field('email[]', 'a@example.com'), 'email is invalid'],
    ['an object', field('email[$ne]', 'x'), 'email is invalid'],
  ])('with %s is refused (C-52)', async (_, odd, error) => {
    expect(outcome(await post(odd + field('password', 'a long enough password') + END))).toEqual([400, error]);
  });

  it.each(['__proto__', '__proto__[role]', 'constructor', 'constructor[prototype][role]', 'a[__proto__][role]'])(
    'with a field %s changes no prototype (C-52)',
    async (name) => {
      expect(outcome(await post(field(name, 'admin') + END))).toEqual(MALFORMED);
      expect(({} as Record<string, unknown>).role).toBeUndefined();
    },
  );

  it('has limits for its size, its fields, their names and their number (C-54)', async () => {
    const huge = field('email', 'x'.repeat(70_000));
    expect(outcome(await post(huge + END))).toEqual(TOO_LARGE);
    expect(outcome(await post(field('email', 'x'.repeat(20_000)) + END))).toEqual(TOO_LARGE);
    expect(outcome(await post(field('x'.repeat(300), 'x') + END))).toEqual(TOO_LARGE);
    const many = Array.from({ length: 1_000 }, (_, n) => field(`f${n}`, '')).join('');
    expect(outcome(await post(many + END))).toEqual(TOO_LARGE);
    expect(outcome(await post(field(`a${'[b]'.repeat(20)}`, 'x') + END))).toEqual(MALFORMED);
  });

  it('has the same limits when its length is not announced', async () => {
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const head = `POST ${PATH} HTTP/1.1\nHost: x\nContent-Type: ${TYPE}\nTransfer-Encoding: chunked\nConnection: close`;
    const body = chunk(field('email', 'x'.repeat(70_000))) + chunk(END) + '0\r\n\r\n';
    expect(outcome(await raw(server, head, body))).toEqual(TOO_LARGE);
  });

  it('that was broken does not spoil what follows on the same server', async () => {
    await Promise.all(Array.from({ length: 30 }, () => post(GOOD)));
    expect(outcome(await post(GOOD + END))).toEqual([422, ['Password is too short (minimum is 8 characters)']]);
    expect((await call(server, 'GET', '/health/ready')).status).toBe(200);
    expect(await rowCounts(server)).toEqual(before);
  });
});

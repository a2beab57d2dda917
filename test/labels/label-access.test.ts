import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, outcome } from '../support/client.js';
import { raw } from '../support/raw.js';
import { oauthToken, resigned } from '../support/tokens.js';
import {
  change,
  create,
  get,
  INSUFFICIENT,
  list,
  newOwner,
  NOT_FOUND,
  type Owner,
  PATH,
  remove,
  rowsOf,
} from './labels.js';

type Call = (token: string) => Promise<Answer<unknown>>;

let server: TestApp;
let owner: Owner;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  owner = await newOwner(server);
  await create(server, owner.token, { key: 'referrer', value: 'Mine' });
});
afterAll(() => server.close());

const READS: [string, Call][] = [
  ['GET labels', (token) => list(server, token)],
  ['GET labels/{key}', (token) => get(server, token, 'referrer')],
];
const WRITES: [string, Call][] = [
  ['POST labels', (token) => create(server, token, { key: '!', value: '' })],
  ['PATCH labels/{key}', (token) => change(server, token, 'referrer', {})],
  ['DELETE labels/{key}', (token) => remove(server, token, 'referrer')],
];

describe('who may', () => {
  it.each([...READS, ...WRITES])('%s asks for a token before anything else', async (_, request) => {
    const signedInLongAgo = resigned(server, owner.token, { exp: 1 });
    for (const token of ['', 'nonsense', resigned(server, owner.token, {}, { typ: 'JWT' })]) {
      const answer = await request(token);
      expect(outcome(answer)).toEqual([401, 'The access token is invalid']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    }
    expect(outcome(await request(signedInLongAgo))).toEqual([401, 'The access token expired']);
    expect(await rowsOf(server, owner)).toHaveLength(1);
  });

  it.each(READS)('%s is open to applications with labels:read only', async (_, request) => {
    const refused = await request(oauthToken(server, owner.token, 'openid', 'labels:write', 'profile:read', 'labels'));
    expect(outcome(refused)).toEqual(INSUFFICIENT);
    expect(refused.headers.get('www-authenticate')).toContain('scope="labels:read"');
    expect((await request(oauthToken(server, owner.token, 'labels:read'))).status).toBe(200);
  });

  it.each(WRITES)('%s is open to applications with labels:write only', async (_, request) => {
    const refused = await request(oauthToken(server, owner.token, 'openid', 'labels:read', 'profile:write'));
    expect(outcome(refused)).toEqual(INSUFFICIENT);
    expect(refused.headers.get('www-authenticate')).toContain('scope="labels:write"');
    expect(await rowsOf(server, owner)).toHaveLength(1);
  });

  it('a token with labels:write writes', async () => {
    const token = oauthToken(server, owner.token, 'labels:write');
    expect((await create(server, token, { key: 'another', value: 'value' })).status).toBe(201);
    expect((await change(server, token, 'another', { value: 'changed' })).status).toBe(200);
    expect((await remove(server, token, 'another')).status).toBe(204);
  });
});

describe('a label of somebody else (C-71)', () => {
  it('is not there, to the letter', async () => {
    const { token } = await newOwner(server);
    const bare = async (answer: Promise<Answer<unknown>>) => {
      const { status, body } = await answer;
      return [status, { ...(body as object), request_id: '' }];
    };
    for (const request of [
      (key: string) => get(server, token, key),
      (key: string) => change(server, token, key, { value: 'Theirs' }),
      (key: string) => change(server, token, key, { value: 'b c' }),
      (key: string) => remove(server, token, key),
    ]) {
      expect(outcome(await request('referrer'))).toEqual(NOT_FOUND);
      expect(await bare(request('referrer'))).toEqual(await bare(request('missing')));
    }
    expect((await list(server, token)).body).toEqual([]);
    expect(await rowsOf(server, owner)).toEqual([{ key: 'referrer', value: 'Mine', scope: 'public' }]);
  });
});

describe('odd keys in the path', () => {
  it.each([
    ...['%00', 'a%00b', 'referrer%00', '%0a', 'referrer%0A', '%25', '%2525', 'a%2Fb', '..%2Freferrer', '%5c'],
    ...['Referrer', 'referrer%20', '%20referrer', 'referrer+', "'%20OR%201=1--", '*', '$', '%7B%7D', 'a', 'ab'],
    ...['%F0%9F%94%91', 'caf%C3%A9', '%EF%BD%92eferrer', '__proto__', 'k'.repeat(256), '-'.repeat(10_000)],
    ...['%25'.repeat(3_000), 'referrer,another', 'referrer;x=1', 'labels:read', '%E2%80%8Breferrer'],
  ])('such as %s are not found', async (key) => {
    expect(outcome(await get(server, owner.token, key))).toEqual(NOT_FOUND);
    expect(outcome(await change(server, owner.token, key, { value: 'changed' }))).toEqual(NOT_FOUND);
    expect(outcome(await remove(server, owner.token, key))).toEqual(NOT_FOUND);
  });

  it.each(['%', '%zz', '%ED%A0%80', '%ED%B0%80abc', '%ff', '%C0%80', '%u0041'])(
    'such as %s that can not be decoded are not found either',
    async (key) => {
      const head = (method: string) =>
        `${method} ${PATH}/${key} HTTP/1.1\nHost: ${new URL(server.url).host}\nConnection: close\n` +
        `Authorization: Bearer ${owner.token}`;
      for (const method of ['GET', 'DELETE']) {
        expect(outcome(await raw(server, head(method)))).toEqual([404, 'Not Found']);
      }
    },
  );

  it('may be written with escapes that were not needed', async () => {
    expect((await get(server, owner.token, '%72eferrer')).body).toMatchObject({ key: 'referrer' });
  });

  it('may end with a slash or a query, which do not matter', async () => {
    expect((await get(server, owner.token, 'referrer?scope=private&value=x')).body).toMatchObject({ value: 'Mine' });
    expect((await call(server, 'GET', `${PATH}/`, { token: owner.token })).status).toBe(200);
  });

  it('did nothing to the label there was', async () => {
    expect(await rowsOf(server, owner)).toEqual([{ key: 'referrer', value: 'Mine', scope: 'public' }]);
  });
});

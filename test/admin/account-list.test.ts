import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { callAs, type Member, newMember } from './staff.js';

interface Row {
  uid: string;
  email: string;
  role: string;
  state: string;
  level: number;
}

let server: TestApp;
let admin: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  await server.sql(
    `INSERT INTO accounts (uid, email, role, state, level)
     SELECT 'ID00000000' || lpad(n::text, 2, '0'), 'row' || n || '@list.example.com',
       CASE WHEN n % 10 = 0 THEN 'compliance' ELSE 'member' END,
       (ARRAY['pending', 'active', 'locked', 'banned'])[1 + n % 4], n % 4
     FROM generate_series(1, 40) AS n`,
  );
  await server.sql(`INSERT INTO accounts (uid, email) VALUES ('IDFFFFFFFF01', 'id000@odd.example.com'),
    ('IDFFFFFFFF02', '100%_sure@odd.example.com'), ('IDFFFFFFFF03', '100xasure@odd.example.com')`);
});
afterAll(() => server.close());

const list = (query: string) => callAs<Row[]>(server, admin, 'GET', `/accounts?${query}`);
const emails = async (query: string) => (await list(query)).body.map(({ email }) => email);
const headers = (answer: { headers: Headers }) =>
  ['Total', 'Page', 'Per-Page', 'Total-Approximate'].map((name) => answer.headers.get(name));

describe('the list of accounts', () => {
  it('is newest first, in pages, and tells where it stands', async () => {
    const first = await list('q=row&limit=3');
    expect(first.body.map(({ email }) => email)).toEqual([40, 39, 38].map((n) => `row${n}@list.example.com`));
    expect(headers(first)).toEqual(['40', '1', '3', null]);
    expect(await emails('q=row&limit=3&page=14')).toEqual(['row1@list.example.com']);
    expect(await emails('q=row&limit=3&page=15')).toEqual([]);
  });

  it('has 50 rows a page unless it is asked otherwise, and no secret in them', async () => {
    const { body, headers: sent } = await list('');
    expect(body.length).toBe(Number(sent.get('Total')));
    expect(sent.get('Per-Page')).toBe('50');
    expect(Object.keys(body[0] ?? {}).sort()).toEqual(
      ['created_at', 'email', 'level', 'otp_enabled', 'role', 'state', 'uid', 'updated_at'].sort(),
    );
  });

  it.each([
    ['state=banned', (row: Row) => row.state === 'banned'],
    ['role=compliance', (row: Row) => row.role === 'compliance'],
    ['level=3', (row: Row) => row.level === 3],
    ['level=0&state=pending', (row: Row) => row.level === 0 && row.state === 'pending'],
    ['level=2&state=locked&role=compliance', (row: Row) => row.level === 2 && row.role === 'compliance'],
  ])('is narrowed by %s', async (query, matches) => {
    const all = (await list('limit=200')).body;
    const found = await list(`${query}&limit=200`);
    expect(found.body).toEqual(all.filter(matches));
    expect(found.headers.get('Total')).toBe(String(found.body.length));
  });

  it('finds by the beginning of an address in any case, and narrows that further', async () => {
    expect(await emails('q=ROW4')).toEqual(['row40@list.example.com', 'row4@list.example.com']);
    expect(await emails('q=%20row4%20&role=compliance')).toEqual(['row40@list.example.com']);
    expect(await emails('q=ow4')).toEqual([]);
  });

  it('finds by the beginning of a uid, together with addresses that begin so', async () => {
    expect(await emails('q=id0000000040')).toEqual(['row40@list.example.com']);
    expect((await emails('q=ID000')).slice(0, 2)).toEqual(['id000@odd.example.com', 'row40@list.example.com']);
    expect((await list('q=ID')).headers.get('Total')).toBe((await list('')).headers.get('Total'));
  });

  it('takes what SQL gives a meaning to as it is written', async () => {
    expect(await emails('q=100%25_')).toEqual(['100%_sure@odd.example.com']);
    expect(await emails('q=%25')).toEqual([]);
    expect(await emails(`q=${encodeURIComponent(`' OR 1=1 --`)}`)).toEqual([]);
    expect(await emails('q=%5C')).toEqual([]);
  });

  it.each([
    ['state=gone', 'state is invalid'],
    ['role=root&level=4', 'role is invalid, level is invalid'],
    ['state=active&state=banned', 'state is invalid'],
    ['page=0', 'page is invalid'],
    ['page=1.5&limit=201', 'page is invalid, limit is invalid'],
    ['limit=-1', 'limit is invalid'],
    ['q=a%00', 'q is invalid'],
    [`q=${'a'.repeat(300)}`, 'q is invalid'],
  ])('refuses %s', async (query, sentences) => {
    const refused = outcome(await list(query));
    expect(refused[0]).toBe(400);
    expect(String(refused[1]).split(', ').sort()).toEqual(sentences.split(', ').sort());
  });

  it('is open to compliance', async () => {
    const compliance = await newMember(server, 'compliance');
    expect((await callAs(server, compliance, 'GET', '/accounts?limit=1')).status).toBe(200);
  });
});

describe('one account', () => {
  it('comes with what hangs on it', async () => {
    const member = await newMember(server);
    await callAs(server, admin, 'POST', `/accounts/${member.uid}/labels`, { body: { key: 'risk', value: 'low' } });
    const { status, body } = await callAs(server, admin, 'GET', `/accounts/${member.uid}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      uid: member.uid,
      email: member.email,
      role: 'member',
      state: 'active',
      level: 1,
      otp_enabled: false,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      profile_state: null,
      phones: [],
      labels: 1,
      documents: 0,
      live_sessions: 1,
    });
  });

  it.each(['ID0123456789', 'id', 'ID%00', '%25', 'x'.repeat(10_000), 'ID012345678Z'])(
    'that is none (%#) is not found',
    async (uid) => {
      expect(outcome(await callAs(server, admin, 'GET', `/accounts/${uid}`))).toEqual([404, 'Account not found']);
    },
  );
});

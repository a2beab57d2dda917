import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';
import { callAs, type Member, newMember } from './staff.js';

/** Above what is collected and sorted, so that all ways to a page are taken. */
const LONG = 152_000;
/** Above what is counted on every request. */
const MIDDLE = 12_000;

let server: TestApp;
let admin: Member;
/** Addresses of all accounts, newest first. */
let all: string[];
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  await server.sql(
    `INSERT INTO accounts (uid, email, state, level)
     SELECT 'ID' || upper(lpad(to_hex(n), 10, '0')),
       CASE WHEN n <= ${MIDDLE} THEN 'old' ELSE 'new' END || n || '@long.example.com',
       CASE WHEN n % 2 = 0 THEN 'active' ELSE 'pending' END, n % 2
     FROM generate_series(1, ${LONG + MIDDLE}) AS n`,
  );
  await server.sql('ANALYZE accounts');
  const rows = await server.sql<{ email: string }>('SELECT email FROM accounts ORDER BY id DESC');
  all = rows.map(({ email }) => email);
});
afterAll(() => server.close());

async function page(query: string) {
  const { status, headers, body } = await callAs<{ email: string; state: string }[]>(
    server,
    admin,
    'GET',
    `/accounts?${query}`,
  );
  expect(status).toBe(200);
  const total = Number(headers.get('Total'));
  return { emails: body.map(({ email }) => email), total, isApproximate: headers.get('Total-Approximate') === 'true' };
}

/** Asks until the list was counted in the background. */
const counted = (query: string, count: number) =>
  eventually(async () => (await page(`${query}&limit=1`)).total === count);

const QUERIES: [query: string, matches: (email: string, place: number) => boolean][] = [
  ['', () => true],
  ['q=new', (email) => email.startsWith('new')],
  ['q=old', (email) => email.startsWith('old')],
  ['q=id00', (email) => email.includes('@long.')],
  ['q=new&state=pending', (email) => /^new\d*[13579]@/.test(email)],
];

describe('a long list', () => {
  it.each(QUERIES)('of %j has the same pages before and after it was counted', async (query, matches) => {
    const wanted = all.filter(matches);
    const last = Math.ceil(wanted.length / 200);
    const pages = [1, 5, 6, Math.floor(last / 2), last, last + 1];
    const look = async () => {
      for (const number of pages) {
        const { emails, isApproximate } = await page(`${query}&page=${number}&limit=200`);
        expect([number, emails]).toEqual([number, wanted.slice((number - 1) * 200, number * 200)]);
        expect(isApproximate).toBe(true);
      }
    };
    await look();
    await counted(query, wanted.length);
    await look();
  });

  it('that is short enough to be counted on every request is told to the row', async () => {
    const found = await page('q=new1000&limit=200');
    expect([found.total, found.isApproximate]).toEqual([found.emails.length, false]);
    expect(found.total).toBeGreaterThan(10);
  });

  it('tells before it was counted what the statistics say', async () => {
    const { total, isApproximate } = await page('state=active&limit=1');
    expect(isApproximate).toBe(true);
    expect(total).toBeGreaterThan(LONG / 3);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { callAs, type Member, newMember } from './staff.js';

interface Entry {
  id: string;
  at: string;
  actor: string | null;
  action: string;
  target: string | null;
  details: unknown;
}

let server: TestApp;
let admin: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  await server.sql(
    `INSERT INTO audit_entries (at, actor_uid, action, target, details)
     SELECT timestamptz '2020-01-01T00:00:00Z' + n * interval '1 day',
       'IDAAAAAAAAA' || n % 2, (ARRAY['test.one', 'test.two', 'test_x.one'])[1 + n % 3], 'IDBBBBBBBBB' || n % 5,
       jsonb_build_object('n', n)
     FROM generate_series(0, 29) AS n`,
  );
});
afterAll(() => server.close());

const list = (query: string) => callAs<Entry[]>(server, admin, 'GET', `/audit?${query}`);
const numbers = async (query: string) =>
  (await list(`${query}&limit=200`)).body.map(({ details }) => (details as { n: number }).n).reverse();
const all = Array.from({ length: 30 }, (_, n) => n);

describe('the audit log', () => {
  it('tells who did what to whom, newest first', async () => {
    const { status, body, headers } = await list('limit=2');
    expect(status).toBe(200);
    expect(body.map(({ details }) => details)).toEqual([{ n: 29 }, { n: 28 }]);
    expect(Object.keys(body[0] ?? {}).sort()).toEqual(
      ['action', 'actor', 'at', 'details', 'id', 'ip', 'request_id', 'target', 'user_agent_hash'].sort(),
    );
    const [{ count = 0 } = {}] = await server.sql<{ count: number }>(
      'SELECT count(*)::int AS count FROM audit_entries',
    );
    expect([headers.get('Total'), headers.get('Page'), headers.get('Per-Page')]).toEqual([String(count), '1', '2']);
  });

  it('has what staff did, with the request that did it', async () => {
    const member = await newMember(server);
    const done = await callAs(server, admin, 'PATCH', `/accounts/${member.uid}`, { body: { state: 'locked' } });
    const { body } = await list(`target=${member.uid}&action=account.state`);
    expect(body).toEqual([
      expect.objectContaining({
        actor: admin.uid,
        action: 'account.state_changed',
        target: member.uid,
        ip: '127.0.0.1',
        request_id: done.headers.get('x-request-id'),
        details: { before: 'active', after: 'locked' },
      }),
    ]);
    expect(JSON.stringify((await list('limit=200')).body)).not.toContain(member.email);
  });

  it.each<[string, (n: number) => boolean]>([
    ['actor=IDAAAAAAAAA1', (n) => n % 2 === 1],
    ['target=IDBBBBBBBBB3', (n) => n % 5 === 3],
    ['action=test.', (n) => n % 3 !== 2],
    ['action=test_', (n) => n % 3 === 2],
    ['action=test.two&actor=IDAAAAAAAAA0&target=IDBBBBBBBBB0', (n) => n === 10],
    ['to=2020-01-11', (n) => n < 10],
    ['from=2020-01-29&to=2021-01-01', (n) => n >= 28],
    ['from=2020-01-05T00:00:00Z&to=2020-01-06T00:00:00.000Z', (n) => n === 4],
    ['from=2020-01-05T01:00:00%2B01:00&to=2020-01-05T00:00:01Z', (n) => n === 4],
  ])('is narrowed by %s', async (query, matches) => {
    const wanted = query.startsWith('actor') || query.includes('to=') ? query : `${query}&to=2021-01-01`;
    expect(await numbers(wanted)).toEqual(all.filter(matches));
    expect((await list(`${wanted}&limit=1`)).headers.get('Total')).toBe(String(all.filter(matches).length));
  });

  it.each([
    ['from=yesterday', 'from is invalid'],
    ['from=2020-02-30&to=2020-01-01T25:00:00Z', 'from is invalid, to is invalid'],
    ['from=2020-01-01T00:00:00', 'from is invalid'],
    ['actor=%00', 'actor is invalid'],
    [`action=${'a'.repeat(100)}`, 'action is invalid'],
    ['from=2020-01-01&from=2020-01-02', 'from is invalid'],
  ])('refuses %s', async (query, sentences) => {
    expect(outcome(await list(query))).toEqual([400, sentences]);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])('has no %s', async (method) => {
    expect((await callAs(server, admin, method, '/audit')).status).toBe(405);
  });
});

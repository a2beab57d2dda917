import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call } from '../support/client.js';
import { adminSignedIn, signedIn, titleOf } from '../support/pages.js';
import { newSubmission } from '../profiles/profiles.js';
import { newMember } from './staff.js';

const HOURS_AGO = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

/** The number that a tile shows. */
function figure(html: string, name: string): string | undefined {
  return new RegExp(`>${name}</a></h2><p class="stat-value">([^<]*)<`).exec(html)?.[1];
}

/** The rows of the table behind a chart, newest day first. */
function numbersOf(html: string, title: string): string[] {
  const table = html.split(`<caption class="visually-hidden">${title}</caption>`)[1]?.split('</table>')[0] ?? '';
  return [...table.matchAll(/<th scope="row">[^<]*<\/th>(.*?)<\/tr>/g)].map(([, cells = '']) =>
    [...cells.matchAll(/<td>([^<]*)<\/td>/g)].map(([, cell = '']) => cell).join(' '),
  );
}

describe('the dashboard of the console', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp();
    const first = await newSubmission(server);
    await newSubmission(server);
    await server.sql(
      `UPDATE profiles SET submitted_at = $2 FROM accounts WHERE accounts.id = account_id AND uid = $1`,
      [first.uid, HOURS_AGO(73)],
    );
    const old = 'INSERT INTO audit_entries (at, action) SELECT $1::timestamptz, $2 FROM generate_series(1, $3::int)';
    await server.sql(old, [HOURS_AGO(24 * 20), 'account.created', 7]);
    await server.sql(old, [HOURS_AGO(24 * 40), 'account.created', 9]);
    await server.sql(old, [HOURS_AGO(24 * 3), 'session.failed', 4]);
    await server.sql(old, [HOURS_AGO(24 * 3), 'account.confirmed', 3]);
  });
  afterAll(() => server?.close());

  it('shows an admin what waits, and how long already', async () => {
    const { html, status } = await (await adminSignedIn(server)).open('/admin');
    expect(status).toBe(200);
    expect(figure(html, 'Verifications waiting')).toBe('2');
    expect(html).toContain('The oldest waits for 3 days');
    expect(figure(html, 'Messages that failed')).toBe('0');
    const [accounts] = await server.sql<{ count: number }>('SELECT count(*)::int AS count FROM accounts');
    expect(figure(html, 'Accounts')).toBe(String(accounts?.count));
  });

  it('counts by day, and tells the numbers in a table too', async () => {
    const { html } = await (await adminSignedIn(server)).open('/admin?days=14');
    const failures = numbersOf(html, 'Failed sign-ins');
    expect(failures).toHaveLength(14);
    expect(failures[3]).toBe('4');
    expect(numbersOf(html, 'Sign-ups')[0]).not.toBe('0');
    expect(numbersOf(html, 'Verifications')[0]).toBe('2 0');
    expect(html).toMatch(/<svg viewBox="[^"]*" role="img" aria-labelledby="sign-ups-title sign-ups-description">/);
    expect(html).not.toMatch(/style="|<script(?! src)/);
  });

  it('goes back 30 days if asked, and no further', async () => {
    const { html } = await (await adminSignedIn(server)).open('/admin?days=30');
    const signUps = numbersOf(html, 'Sign-ups');
    expect(signUps).toHaveLength(30);
    expect(signUps[20]).toBe('7');
    expect(signUps).not.toContain('9');
    expect(numbersOf((await (await adminSignedIn(server)).open('/admin?days=7')).html, 'Sign-ups')).toHaveLength(14);
  });

  it('keeps the counts for a minute, but not what waits', async () => {
    const agent = await adminSignedIn(server);
    const before = numbersOf((await agent.open('/admin')).html, 'Verifications');
    await newSubmission(server);
    const { html } = await agent.open('/admin');
    expect(numbersOf(html, 'Verifications')).toEqual(before);
    expect(figure(html, 'Verifications waiting')).toBe('3');
    expect(html).toContain('up to a minute old');
  });

  it('shows compliance no sign-ins, no failed messages and no pages for admins', async () => {
    const agent = await signedIn(server, await newMember(server, 'compliance'));
    const { html, status } = await agent.open('/admin');
    expect(status).toBe(200);
    expect(figure(html, 'Verifications waiting')).toBeDefined();
    expect(figure(html, 'Messages that failed')).toBeUndefined();
    expect(numbersOf(html, 'Failed sign-ins')).toEqual([]);
    expect(html).not.toContain('href="/admin/audit"');
  });

  it('is closed to members, and asks strangers to sign in', async () => {
    const refused = await (await signedIn(server, await newMember(server))).open('/admin');
    expect([refused.status, titleOf(refused)]).toEqual([403, 'This cannot go on']);
    const answer = await call(server, 'GET', '/admin', { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?return_to=%2Fadmin']);
  });
});

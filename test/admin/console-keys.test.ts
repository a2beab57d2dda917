import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, signIn } from '../support/client.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import type { UserAgent } from '../support/user-agent.js';
import { type Member, isAlive, newMember } from './staff.js';

const PATH = '/admin/keys';

let server: TestApp;
let admin: Member;
let agent: UserAgent;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off', KEY_ROTATION_DAYS: '30' });
  admin = await newMember(server, 'admin');
  agent = await signedIn(server, admin);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => server.close());

const keys = (algorithm: string) =>
  server.sql<{ kid: string; status: string }>('SELECT kid, status FROM signing_keys WHERE algorithm = $1', [algorithm]);
const kidOf = async (algorithm: string, status: string) =>
  (await keys(algorithm)).find((key) => key.status === status)?.kid;
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };

describe('the signing keys of the console', () => {
  it('lists them by algorithm with what they do, and the schedule', async () => {
    const page = await agent.open(PATH);
    for (const { kid } of [...(await keys('RS256')), ...(await keys('ES256'))]) expect(page.html).toContain(kid);
    expect(textOf(page)).toMatch(/when they have signed for 30 days.*RS256.*next.*signs.*ES256.*next.*signs/s);
    expect(page.html).not.toContain('PRIVATE');
  });

  it('rotates one after saying what that means; this server signs with it at once', async () => {
    const next = await kidOf('RS256', 'next');
    const before = await signIn(server, admin);
    const form = await agent.open(`${PATH}/RS256/rotate`);
    expect(textOf(form)).toContain('Nobody is signed out.');
    expect(noticesOf(form)).toEqual([expect.stringContaining('less than 10 minutes ago')]);
    const page = await agent.submit(form, '/rotate');
    expect([page.url, noticesOf(page)]).toEqual([`${server.url}${PATH}?done=RS256`, ['The RS256 key is rotated.']]);
    expect(textOf(page)).toMatch(/verifies only .* at least/);
    expect(await kidOf('RS256', 'current')).toBe(next);
    expect(await isAlive(server, before)).toBe(true);
    const after = await signIn(server, admin);
    expect([headerOf(after).kid, claimsOf(after).uid ?? claimsOf(after).sub]).toEqual([next, admin.uid]);
    const [entry] = await server.sql(`SELECT * FROM audit_entries WHERE action = 'keys.rotated' ORDER BY id DESC`);
    expect(entry).toMatchObject({ actor_uid: admin.uid, target: next, ip: expect.any(String) });
  });

  it('warns of no young key when the next one was published long ago', async () => {
    await server.sql(`UPDATE signing_keys SET created_at = now() - interval '1 hour' WHERE status = 'next'`);
    expect(noticesOf(await agent.open(`${PATH}/ES256/rotate`))).toEqual([]);
  });

  it('knows no other algorithm', async () => {
    const page = await agent.open(PATH);
    for (const name of ['HS256', 'none', 'constructor']) {
      expect((await agent.open(`${PATH}/${name}/rotate`)).status).toBe(404);
      expect((await post(server, agent, `${PATH}/${name}/rotate`, {}, page)).status).toBe(404);
    }
  });

  it('asks who it is when the sign-in is a while ago', async () => {
    const [form, before] = [await agent.open(`${PATH}/ES256/rotate`), await keys('ES256')];
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect(titleOf(await agent.open(`${PATH}/ES256/rotate`))).toBe('Is it you?');
    expect(titleOf(await agent.submit(form, '/rotate'))).toBe('Is it you?');
    expect(await keys('ES256')).toEqual(before);
  });

  it('is for admins only, with a token in every form', async () => {
    const before = await keys('ES256');
    for (const role of ['compliance', 'member'] as const) {
      const other = await signedIn(server, await newMember(server, role));
      const page = await other.open('/account');
      for (const path of [PATH, `${PATH}/ES256/rotate`]) expect((await other.open(path)).status).toBe(403);
      expect((await post(server, other, `${PATH}/ES256/rotate`, {}, page)).status).toBe(403);
    }
    expect((await post(server, agent, `${PATH}/ES256/rotate`, {})).status).toBe(403);
    expect((await call(server, 'GET', PATH, { token: await signIn(server, admin) })).status).toBe(401);
    expect(await keys('ES256')).toEqual(before);
  });
});

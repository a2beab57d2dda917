import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AuditSealsService } from '../../src/audit/audit-seals.service.js';
import { AuditLogService } from '../../src/audit/audit-log.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import type { UserAgent } from '../support/user-agent.js';
import { type Member, newMember } from './staff.js';

const PATH = '/admin/audit';

let server: TestApp;
let admin: Member;
let agent: UserAgent;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  agent = await signedIn(server, admin);
});
afterAll(() => server.close());

const add = (action: string, target: string, details: object = {}, at = '2026-03-01T12:00:00Z') =>
  server.sql('INSERT INTO audit_entries (actor_uid, action, target, details, at) VALUES ($1, $2, $3, $4, $5)', [
    ...['IDACTOR00001', action, target, details, at],
  ]);
const exported = async (query: string) => agent.submit(await agent.open(PATH + query), '/export');
const entries = (action: string) =>
  server.sql<{ details: Record<string, unknown>; actor_uid: string }>(
    'SELECT details, actor_uid FROM audit_entries WHERE action = $1 ORDER BY id DESC',
    [action],
  );

describe('the audit log of the console', () => {
  it('tells what happened in words, with what changed', async () => {
    await add('account.state_changed', 'IDTARGET0001', { before: 'active', after: 'banned' });
    await add('website.changed', 'w', {
      website: '7',
      before: { name: 'A <b>' },
      after: { name: 'B', logo_path: null },
    });
    const page = await agent.open(PATH);
    expect(textOf(page)).toMatch(/State changed account\.state_changed IDTARGET0001 active → banned/);
    expect(textOf(page)).toMatch(/name: A &lt;b.* → B logo path: – website: 7/);
    expect(page.html).not.toContain('<b>');
    expect(page.html).toContain('href="/admin/accounts/IDTARGET0001"');
  });

  it('filters by who, whom, what and days, both ends included', async () => {
    await add('label.created', 'IDFILTER0001', {}, '2026-05-01T00:00:00Z');
    await add('label.created', 'IDFILTER0001', {}, '2026-05-02T23:59:59Z');
    await add('label.deleted', 'IDFILTER0001', {}, '2026-05-03T00:00:00Z');
    const count = async (query: string) =>
      /(\d+) entries/.exec(textOf(await agent.open(`${PATH}?target=IDFILTER0001${query}`)))?.[1];
    expect(await count('')).toBe('3');
    expect(await count('&from=2026-05-01&to=2026-05-02')).toBe('2');
    expect(await count('&from=2026-05-02')).toBe('2');
    expect(await count('&action=label.c')).toBe('2');
    expect(await count('&actor=IDNOBODY')).toBe('0');
    expect(textOf(await agent.open(`${PATH}?actor=IDNOBODY`))).toContain('Nothing here fits.');
  });

  it('shows what was typed again when it is no day', async () => {
    const page = await agent.open(`${PATH}?actor=IDACTOR00001&from=2026-02-30&to=tomorrow`);
    expect(page.status).toBe(422);
    expect(page.html).toMatch(/name="from"[^>]*value="2026-02-30"[^>]*aria-invalid/);
    expect(page.html).toMatch(/name="to"[^>]*value="tomorrow"[^>]*aria-invalid/);
    expect(page.html).toMatch(/name="actor"[^>]*value="IDACTOR00001"/);
  });

  it('leads through many', async () => {
    for (let i = 0; i < 60; i += 1) await add('phone.added', 'IDPAGED00001');
    const first = await agent.open(`${PATH}?target=IDPAGED00001`);
    expect(first.html).toContain('href="/admin/audit?target=IDPAGED00001&amp;page=2"');
    const second = await agent.open(`${PATH}?target=IDPAGED00001&page=2`);
    expect(second.html.match(/Phone number added/g)).toHaveLength(10);
  });

  it('exports what the filter shows as CSV in which nothing is a formula', async () => {
    const at = '2026-06-01T10:00:00.000Z';
    for (const target of ['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\tx', 'a "q", b'])
      await add('test.csv', target, {}, at);
    const fetched = jest.spyOn(globalThis, 'fetch');
    const page = await exported('?action=test.csv');
    const { headers } = (await fetched.mock.results.at(-1)?.value) as Response;
    jest.restoreAllMocks();
    expect([page.status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename=audit-\d{4}-\d{2}-\d{2}\.csv$/);
    expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
    const lines = page.html.split('\r\n');
    expect(lines[0]).toBe('"id","at","actor","action","target","ip","user_agent_hash","request_id","details"');
    const targets = lines
      .slice(1, -1)
      .map((line) => /^"\d+","[^"]+","IDACTOR00001","test\.csv",(.*),"","","","\{\}"$/.exec(line)?.[1]);
    expect(targets).toEqual(['"a ""q"", b"', `"'\tx"`, `"'@SUM(A1)"`, `"'-1"`, `"'+1"`, `"'=HYPERLINK(""x"")"`]);
    expect((await entries('audit.exported'))[0]).toMatchObject({
      actor_uid: admin.uid,
      details: { filter: { action: 'test.csv' }, entries: 6 },
    });
  });

  it('exports no filter that cannot be read', async () => {
    const before = (await entries('audit.exported')).length;
    const page = await post(server, agent, `${PATH}/export`, { from: 'x' }, await agent.open(PATH));
    expect([page.status, titleOf(page)]).toEqual([422, 'Audit log']);
    expect(await entries('audit.exported')).toHaveLength(before);
  });

  it('makes one report at a time for each admin, and holds the newest ten thousand', async () => {
    await server.sql(
      `INSERT INTO audit_entries (action, target, details) SELECT 'test.many', 'many', '{}' FROM generate_series(1, 10050)`,
    );
    const form = await agent.open(`${PATH}?action=test.many`);
    expect(textOf(form)).toContain('the file will hold the newest 10,000');
    const log = server.app.get(AuditLogService, { strict: false });
    const find = log.find.bind(log);
    let goOn = (): void => undefined;
    let begun = (): void => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const spy = jest.spyOn(log, 'find').mockImplementation(async (filter, query) => {
      if (query.limit === 1_000) begun();
      if (query.limit === 1_000) await mayGoOn;
      return find(filter, query);
    });
    const slow = agent.submit(form, '/export');
    await hasBegun;
    const refused = await agent.submit(form, '/export');
    expect([refused.status, noticesOf(refused)]).toEqual([429, [expect.stringContaining('is still running')]]);
    goOn();
    const lines = (await slow).html.trimEnd().split('\r\n');
    spy.mockRestore();
    expect(lines).toHaveLength(10_001);
    expect(new Set(lines).size).toBe(10_001);
  });

  it('checks whether the record is whole, in words', async () => {
    await server.app.get(AuditSealsService, { strict: false }).sealAll();
    const page = await agent.submit(await agent.open(PATH), '/verify');
    expect([page.status, noticesOf(page)]).toEqual([
      200,
      [expect.stringMatching(/^The record is whole: [\d,]+ sealed/)],
    ]);
    expect((await entries('audit.verified'))[0]).toMatchObject({ actor_uid: admin.uid, details: { broken: 0 } });
    await server.sql('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await server.sql(`UPDATE audit_entries SET target = 'other' WHERE action = 'test.csv' AND target = '+1'`);
    await server.sql('ALTER TABLE audit_entries ENABLE TRIGGER USER');
    const broken = await agent.submit(await agent.open(PATH), '/verify');
    expect(noticesOf(broken)).toEqual(['The record is NOT whole: 1 entries were altered or removed.']);
  });

  it('is for admins only, with a token in every form', async () => {
    for (const role of ['compliance', 'member'] as const) {
      const other = await signedIn(server, await newMember(server, role));
      const page = await other.open('/account');
      expect((await other.open(PATH)).status).toBe(403);
      for (const path of ['/export', '/verify'])
        expect((await post(server, other, PATH + path, {}, page)).status).toBe(403);
    }
    for (const path of ['/export', '/verify']) expect((await post(server, agent, PATH + path, {})).status).toBe(403);
  });
});

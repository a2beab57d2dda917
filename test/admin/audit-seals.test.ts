import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { AuditSealsService } from '../../src/audit/audit-seals.service.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { AuditVerificationService } from '../../src/audit/audit-verification.service.js';
import { Fingerprints } from '../../src/infra/crypto/fingerprints.service.js';
import { startApp, type TestApp } from '../support/app.js';

let server: TestApp;
let seals: AuditSealsService;
beforeAll(async () => {
  server = await startApp();
  seals = server.app.get(AuditSealsService, { strict: false });
});
afterAll(() => server.close());
beforeEach(async () => {
  await tamper('TRUNCATE audit_entries, audit_seals RESTART IDENTITY');
  await add(20);
  await seals.sealRecent();
});

const add = (count: number) =>
  server.sql(
    `INSERT INTO audit_entries (actor_uid, action, target, details)
     SELECT 'ID0123456789', 'test.done', 'ID' || n, jsonb_build_object('b', n, 'a', jsonb_build_array(n, null, 'ü'))
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
const verify = (head?: string) => server.app.get(AuditVerificationService, { strict: false }).verify(head);
const entryIds = async () =>
  (await server.sql<{ id: string }>('SELECT id FROM audit_entries ORDER BY id')).map(({ id }) => id);

/** What only the owner of the database can do: past the trigger that refuses changes. */
async function tamper(sql: string, values: unknown[] = []): Promise<void> {
  for (const table of ['audit_entries', 'audit_seals']) {
    await server.sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  }
  await server.sql(sql, values);
  for (const table of ['audit_entries', 'audit_seals']) {
    await server.sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }
}

describe('the chain over the audit log', () => {
  it('covers every entry once, in order, and goes on where it was', async () => {
    const ids = await entryIds();
    expect(await verify()).toEqual(
      expect.objectContaining({ sealed: ids.length, unsealed: 0, broken: [], holdsHead: true }),
    );
    await add(1);
    expect((await verify()).unsealed).toBe(1);
    await seals.sealRecent();
    await seals.sealRecent();
    const order = await server.sql<{ entry_id: string }>('SELECT entry_id FROM audit_seals ORDER BY position');
    expect(order.map(({ entry_id }) => entry_id)).toEqual(await entryIds());
  });

  it('is made once by many sealers at the same time', async () => {
    await add(1200);
    await Promise.all(Array.from({ length: 5 }, () => seals.sealRecent()));
    expect(await verify()).toEqual(expect.objectContaining({ unsealed: 0, broken: [] }));
  });

  it('takes in what became visible late, with a lower id than what is sealed', async () => {
    const late = new pg.Client({ connectionString: server.config.databaseUrl });
    await late.connect();
    await late.query('BEGIN');
    await late.query(`INSERT INTO audit_entries (action) VALUES ('test.late')`);
    await add(1);
    await seals.sealRecent();
    await late.query('COMMIT');
    await late.end();
    expect((await verify()).unsealed).toBe(1);
    await seals.sealRecent();
    expect(await verify()).toEqual(expect.objectContaining({ unsealed: 0, broken: [] }));
  });

  it('takes in what became visible very late, at night', async () => {
    await server.sql(`SELECT setval('audit_entries_id_seq', 200000)`);
    await add(1);
    await seals.sealRecent();
    await server.sql(`INSERT INTO audit_entries (id, action) OVERRIDING SYSTEM VALUE VALUES (199, 'test.late')`);
    await seals.sealRecent();
    expect((await verify()).unsealed).toBe(1);
    await seals.sealAll();
    expect(await verify()).toEqual(expect.objectContaining({ unsealed: 0, broken: [] }));
  });

  it.each([
    ['what was done', `action = 'test.undone'`],
    ['who did it', `actor_uid = NULL`],
    ['to whom', `target = target || 'X'`],
    ['when', `at = at + interval '1 microsecond'`],
    ['the details', `details = details || '{"b": 0}'`],
    ['where from', `ip = '203.0.113.9'`],
    ['the user agent', `user_agent_hash = '\\x00'`],
    ['the request', `request_id = 'x'`],
  ])('shows that %s was altered, and only there', async (_, change) => {
    const [, second, third] = (await entryIds()).slice(3);
    await tamper(`UPDATE audit_entries SET ${change} WHERE id = ANY ($1)`, [[third, second]]);
    const broken = [second, third].map((id) => ({ id, what: 'altered' }));
    expect((await verify()).broken).toEqual(broken);
  });

  it('shows that an entry is missing', async () => {
    const [id] = (await entryIds()).slice(5);
    await tamper('DELETE FROM audit_entries WHERE id = $1', [id]);
    expect((await verify()).broken).toEqual([{ id, what: 'missing' }]);
  });

  it('shows that a seal was removed, altered or moved', async () => {
    const [second, third] = (await entryIds()).slice(4);
    await tamper('DELETE FROM audit_seals WHERE entry_id = $1', [second]);
    const found = await verify();
    expect([found.broken, found.unsealed]).toEqual([[{ id: third, what: 'altered' }], 1]);
    await tamper(`UPDATE audit_seals SET hash = sha256('x') WHERE entry_id = $1`, [third]);
    expect((await verify()).broken[0]).toEqual({ id: third, what: 'altered' });
  });

  it('shows by a head noted before that the end was cut off', async () => {
    const { head } = await verify();
    await add(3);
    await seals.sealRecent();
    expect((await verify(head.toUpperCase())).holdsHead).toBe(true);
    const [last] = (await entryIds()).slice(-4);
    await tamper('DELETE FROM audit_seals WHERE entry_id >= $1', [last]);
    await tamper('DELETE FROM audit_entries WHERE id >= $1', [last]);
    expect(await verify(head)).toEqual(expect.objectContaining({ broken: [], unsealed: 0, holdsHead: false }));
  });
});

describe('audit entries and their seals', () => {
  it.each(['audit_entries', 'audit_seals'])('in %s are added and never changed', async (table) => {
    await expect(server.sql(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
    await expect(server.sql(`TRUNCATE ${table}`)).rejects.toThrow('append-only');
    await expect(
      server.sql(`UPDATE ${table} SET ${table === 'audit_entries' ? 'action' : 'sealed_at'} = DEFAULT`),
    ).rejects.toThrow();
  });

  it('need no more than adding and reading, without the columns that the database fills in (docs/operations.md)', async () => {
    await server.sql('CREATE ROLE sealer');
    await server.sql(
      `GRANT SELECT, INSERT (actor_uid, action, target, ip, user_agent_hash, request_id, details)
       ON audit_entries TO sealer`,
    );
    await server.sql('GRANT SELECT, INSERT (entry_id, hash) ON audit_seals TO sealer');
    await add(2);
    const client = new pg.Client({ connectionString: server.config.databaseUrl });
    await client.connect();
    await client.query('SET ROLE sealer');
    const record = new AuditService(server.app.get(Fingerprints, { strict: false }));
    const entry = { action: 'test.by_sealer', actor: null, target: null };
    await record.record(client as unknown as EntityManager, entry);
    await client.query(`INSERT INTO audit_seals (entry_id, hash) SELECT max(id), '\\x00' FROM audit_entries`);
    for (const sql of [
      `UPDATE audit_entries SET action = 'x'`,
      `INSERT INTO audit_entries (at, action) VALUES (now() - interval '1 year', 'test.old')`,
      `INSERT INTO audit_seals (entry_id, position, hash) OVERRIDING SYSTEM VALUE VALUES (0, 99, '\\x00')`,
      'DELETE FROM audit_retention',
    ]) {
      await expect(client.query(sql)).rejects.toThrow('permission denied');
    }
    await client.end();
    await server.sql('DROP OWNED BY sealer');
    await server.sql('DROP ROLE sealer');
  });
});

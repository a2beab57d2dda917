import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AuditSealsService } from '../../src/audit/audit-seals.service.js';
import { AuditVerificationService } from '../../src/audit/audit-verification.service.js';
import { CleanUps } from '../../src/infra/queue/clean-ups.service.js';
import { Config, ConfigError } from '../../src/config/config.js';
import { migrate } from '../../src/infra/database/migrate.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';

const TABLES = ['audit_entries', 'audit_seals', 'audit_checkpoints'];

let server: TestApp;
let seals: AuditSealsService;
beforeAll(async () => {
  server = await startApp({ AUDIT_RETENTION_DAYS: '100' });
  seals = server.app.get(AuditSealsService, { strict: false });
  await migrate(server.config);
});
afterAll(() => server.close());
beforeEach(() => tamper(`TRUNCATE ${TABLES.join(', ')} RESTART IDENTITY`));

/** Adds entries of some age and seals them. */
async function add(count: number, days: number): Promise<void> {
  await server.sql(
    `INSERT INTO audit_entries (at, action) SELECT now() - make_interval(days => $2), 'test.done'
     FROM generate_series(1, $1::int)`,
    [count, days],
  );
  await seals.sealRecent();
}

const cleanUp = () => server.app.get(CleanUps, { strict: false }).run();
const verify = (head?: string) => server.app.get(AuditVerificationService, { strict: false }).verify(head);
const ids = async () =>
  (await server.sql<{ id: string }>('SELECT id FROM audit_entries ORDER BY id')).map(({ id }) => Number(id));

/** What only the owner of the database can do: past the triggers that refuse changes. */
async function tamper(sql: string, values: unknown[] = []): Promise<void> {
  for (const table of TABLES) await server.sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await server.sql(sql, values);
  for (const table of TABLES) await server.sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.config.databaseUrl });
  await client.connect();
  return client;
}

/** Runs as a role with these privileges. */
async function asRole(grants: string[], work: (client: pg.Client) => Promise<void>): Promise<void> {
  await server.sql('CREATE ROLE keeper');
  const client = await connect();
  try {
    for (const grant of grants) await server.sql(`GRANT ${grant} TO keeper`);
    await client.query('SET ROLE keeper');
    await work(client);
  } finally {
    await client.end();
    await server.sql('DROP OWNED BY keeper');
    await server.sql('DROP ROLE keeper');
  }
}

const MAY_PRUNE = 'EXECUTE ON FUNCTION prune_audit, remove_pruned_audit';

/** A day later, as far as the last checkpoint is concerned. */
const nextDay = () => tamper(`UPDATE audit_checkpoints SET pruned_at = pruned_at - interval '1 day'`);

describe('entries that are older than the audit log is kept', () => {
  it('go, oldest first, in batches; the log says so, and the chain begins after them', async () => {
    await add(2300, 101);
    await add(5, 99);
    const { head } = await verify();
    await cleanUp();
    expect(await ids()).toEqual([2301, 2302, 2303, 2304, 2305, 2306]);
    expect(await server.sql('SELECT 1 FROM audit_seals')).toHaveLength(5);
    const [entry] = await server.sql<{ details: object }>(
      `SELECT details FROM audit_entries WHERE action = 'audit.pruned'`,
    );
    expect(entry?.details).toEqual(expect.objectContaining({ entries: 2300, position: 2300 }));
    await seals.sealRecent();
    expect(await verify(head)).toEqual(
      expect.objectContaining({ pruned: 2300, sealed: 6, unsealed: 0, broken: [], holdsHead: true }),
    );
  });

  it('go once a day, and the entries about that go with time', async () => {
    await add(3, 101);
    await add(3, 99);
    await cleanUp();
    await tamper(`DELETE FROM audit_entries WHERE id BETWEEN 4 AND 6`);
    await tamper(`DELETE FROM audit_seals WHERE entry_id BETWEEN 4 AND 6`);
    await add(3, 101);
    await cleanUp();
    expect(await ids()).toEqual([7, 8, 9, 10]);
  });

  it('that are not sealed yet, or the last that was, stay', async () => {
    await add(3, 101);
    await server.sql(`INSERT INTO audit_entries (at, action) VALUES (now() - interval '1 year', 'test.late')`);
    await cleanUp();
    expect(await ids()).toEqual([3, 4, 5]);
    await nextDay();
    await seals.sealRecent();
    await cleanUp();
    expect(await ids()).toEqual([5, 6]);
    expect(await verify()).toEqual(expect.objectContaining({ pruned: 4, broken: [], unsealed: 1 }));
  });

  it('stay behind one that is younger, or that somebody removed', async () => {
    await add(3, 101);
    await add(1, 99);
    await add(3, 101);
    await cleanUp();
    expect(await ids()).toEqual([4, 5, 6, 7, 8]);
    await nextDay();
    await cleanUp();
    expect(await ids()).toEqual([4, 5, 6, 7, 8]);

    await tamper(`TRUNCATE ${TABLES.join(', ')} RESTART IDENTITY`);
    await add(5, 101);
    await tamper('DELETE FROM audit_entries WHERE id = 2');
    await cleanUp();
    await seals.sealRecent();
    await nextDay();
    await cleanUp();
    expect(await verify()).toEqual(expect.objectContaining({ pruned: 1, broken: [{ id: '2', what: 'missing' }] }));
  });

  it('that a run which was cut off has left go at the next one, and are no break meanwhile', async () => {
    await add(8, 101);
    await add(2, 99);
    await server.sql(`SELECT prune_audit(interval '100 days', 100)`);
    await server.sql('SELECT remove_pruned_audit(3)');
    expect([(await ids()).length, (await verify()).broken]).toEqual([8, []]);
    await cleanUp();
    expect([await ids(), (await verify()).broken]).toEqual([[9, 10, 11], []]);
  });

  it('are for ever where nothing says otherwise, thirty days at least where it does', () => {
    const load = (days?: string) => Config.load({ NODE_ENV: 'test', AUDIT_RETENTION_DAYS: days }).auditRetentionDays;
    expect([load(), load('30')]).toEqual([undefined, 30]);
    for (const days of ['29', '0', 'x']) expect(() => load(days)).toThrow(ConfigError);
  });
});

describe('nothing but that removes an entry (C-76)', () => {
  it.each([
    'DELETE FROM audit_entries',
    'DELETE FROM audit_entries WHERE id = 3',
    'DELETE FROM audit_seals',
    'TRUNCATE audit_entries',
    'TRUNCATE audit_checkpoints',
    'DELETE FROM audit_checkpoints',
    'UPDATE audit_checkpoints SET position = 10',
    `INSERT INTO audit_checkpoints (position, hash, entries, pruned_at) VALUES (4, '\\x00', 1, now())`,
    `INSERT INTO audit_checkpoints (position, hash, entries, pruned_at) VALUES (6, '\\x00', 1, now())`,
    `INSERT INTO audit_checkpoints (position, hash, entries, pruned_at) VALUES (1000, '\\x00', 1, now())`,
  ])('%s', async (sql) => {
    await add(2, 200);
    await add(4, 20);
    await cleanUp();
    const before = await ids();
    await expect(server.sql(sql)).rejects.toThrow('append-only');
    expect(await ids()).toEqual(before);
  });

  it('what it may be said to be is taken from the entries, not from who says it', async () => {
    await add(3, 101);
    await add(1, 1);
    await server.sql(
      `INSERT INTO audit_checkpoints (position, hash, entries, pruned_at) VALUES (3, '\\x00', 99, now())`,
    );
    const [checkpoint] = await server.sql<{ entries: string; seal: string }>(
      `SELECT entries, hash = (SELECT hash FROM audit_seals WHERE position = 3) AS seal FROM audit_checkpoints`,
    );
    expect(checkpoint).toEqual({ entries: '3', seal: true });
    expect(await server.sql(`SELECT 1 FROM audit_entries WHERE action = 'audit.pruned'`)).toHaveLength(1);
  });

  it('shows when the oldest entries were cut off without being recorded, even with a checkpoint that fits', async () => {
    await add(6, 50);
    const [seal] = await server.sql<{ hash: Buffer }>('SELECT hash FROM audit_seals WHERE position = 2');
    await tamper('DELETE FROM audit_entries WHERE id < 3');
    await tamper('DELETE FROM audit_seals WHERE entry_id < 3');
    expect((await verify()).broken).toEqual([{ id: '3', what: 'altered' }]);
    await tamper('INSERT INTO audit_checkpoints VALUES (2, $1, 2, now())', [seal?.hash]);
    expect((await verify()).broken).toEqual([{ id: '3', what: 'altered' }]);
  });

  it('lets a role without DELETE prune only when it was told to', async () => {
    await add(3, 101);
    await add(1, 1);
    await asRole(['SELECT, INSERT ON audit_entries, audit_seals'], async (client) => {
      await expect(client.query(`SELECT prune_audit(interval '100 days', 9)`)).rejects.toThrow('permission denied');
      await server.sql(`GRANT ${MAY_PRUNE} TO keeper`);
      await client.query(`SELECT prune_audit(interval '100 days', 9)`);
      await client.query('SELECT remove_pruned_audit(9)');
    });
    expect(await ids()).toEqual([4, 5]);
  });

  it('not even a role that may add seals, whatever place it gives them', async () => {
    await asRole(['SELECT, INSERT ON audit_entries, audit_seals', MAY_PRUNE], async (client) => {
      const seal = (position: number) =>
        client.query(
          `INSERT INTO audit_seals (entry_id, position, hash) OVERRIDING SYSTEM VALUE
           SELECT max(id), $1, '\\x00' FROM audit_entries`,
          [position],
        );
      await add(1, 200);
      // Sees nothing of what follows.
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await client.query('SELECT 1 FROM audit_seals');
      await add(3, 101);
      await add(2, 1);
      await cleanUp();
      await expect(seal(4)).rejects.toThrow('append-only');
      await client.query('ROLLBACK');
      await server.sql(`INSERT INTO audit_entries (action) VALUES ('test.fresh')`);
      for (const position of [1, 4, 6, 7, 1_000_000]) await expect(seal(position)).rejects.toThrow('append-only');
      await client.query('SELECT remove_pruned_audit(1000)');
    });
    expect(await ids()).toEqual([5, 6, 7, 8]);
    await seals.sealRecent();
    expect(await verify()).toEqual(expect.objectContaining({ broken: [], unsealed: 0 }));
  });

  it('an entry that is young stays even under a seal that is covered', async () => {
    await add(3, 101);
    await add(2, 1);
    await cleanUp();
    await tamper(`INSERT INTO audit_seals (entry_id, position, hash) OVERRIDING SYSTEM VALUE VALUES (6, 1, '\\x00')`);
    await expect(server.sql('SELECT remove_pruned_audit(1000)')).rejects.toThrow('append-only');
    expect(await ids()).toEqual([4, 5, 6]);
  });
});

describe('how long entries are kept at least (C-76)', () => {
  const minimum = (days?: string) =>
    migrate(Config.load({ NODE_ENV: 'test', DATABASE_URL: server.config.databaseUrl, AUDIT_RETENTION_DAYS: days }));
  afterEach(() => migrate(server.config));

  it('is what migrate was told, whoever asks for less', async () => {
    await add(3, 101);
    await add(3, 60);
    await add(1, 1);
    await asRole([MAY_PRUNE], async (client) => {
      await client.query(`SELECT prune_audit(interval '30 days', 1000)`);
      await client.query('SELECT remove_pruned_audit(1000)');
    });
    expect(await ids()).toEqual([4, 5, 6, 7, 8]);
    await expect(server.sql('INSERT INTO audit_checkpoints (position) VALUES (5)')).rejects.toThrow('append-only');
    await minimum('50');
    await server.sql(`SELECT prune_audit(interval '30 days', 1000), remove_pruned_audit(1000)`);
    expect(await ids()).toEqual([7, 8, 9]);
  });

  it('is for ever where migrate was told nothing', async () => {
    await add(3, 1000);
    await minimum();
    await expect(server.sql(`SELECT prune_audit(interval '100 days', 9)`)).rejects.toThrow('AUDIT_RETENTION_DAYS');
    await expect(server.sql('INSERT INTO audit_checkpoints (position) VALUES (1)')).rejects.toThrow('append-only');
    await cleanUp();
    expect(await ids()).toEqual([1, 2, 3]);
  });
});

describe('the check of the chain', () => {
  it('is of one moment, however much is removed while it runs', async () => {
    await add(3, 101);
    await add(2, 1);
    const pruner = await connect();
    await pruner.query('BEGIN');
    await pruner.query('LOCK TABLE audit_seals');
    const found = verify();
    // It has read where the chain begins and waits for the seals.
    await eventually(async () => {
      const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'audit_seals'::regclass`;
      return (await server.sql(waiting)).length > 0;
    });
    await pruner.query(`SELECT prune_audit(interval '100 days', 9)`);
    await pruner.query('SELECT remove_pruned_audit(9)');
    await pruner.query('COMMIT');
    await pruner.end();
    expect(await found).toEqual(expect.objectContaining({ pruned: 0, sealed: 5, broken: [] }));
    expect(await verify()).toEqual(expect.objectContaining({ pruned: 3, sealed: 2, broken: [] }));
  });
});

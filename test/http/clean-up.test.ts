import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { cleanUpBehind, cleanUpFailures, cleanUpRows } from '../../src/infra/metrics/metrics.js';
import { CleanUps } from '../../src/infra/queue/clean-ups.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { newClient, tokensFor } from '../oauth/flow.js';
import { newPerson } from '../support/client.js';

/** Rows with an end that stay: history, and what ends with its account. */
const KEPT = ['applications'];

let server: TestApp;
let cleanUps: CleanUps;
beforeAll(async () => {
  server = await startApp();
  cleanUps = server.app.get(CleanUps, { strict: false });
});
afterAll(() => server.close());
beforeEach(async () => void (await server.sql('DELETE FROM revocations')));

/** Of many ages, so that batches go on where others ended; the table is small and has no foreign keys. */
const addExpired = (count: number) =>
  server.sql(
    `INSERT INTO revocations (id, expires_at)
     SELECT 'expired-' || n, now() - interval '1 hour' - n % 100 * interval '1 second' FROM generate_series(1, $1::int) AS n`,
    [count],
  );
const count = async (table = 'revocations') =>
  (await server.sql<{ count: number }>(`SELECT count(*)::int FROM ${table}`))[0]?.count;

async function valueOf(metric: typeof cleanUpRows | typeof cleanUpBehind, table: string): Promise<number> {
  const { values } = await metric.get();
  return values.find(({ labels }) => labels.table === table)?.value ?? 0;
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.config.databaseUrl });
  await client.connect();
  return client;
}

describe('what has expired', () => {
  it('goes from every table that has such rows (C-90)', async () => {
    const rows = await server.sql<{ table_name: string }>(
      `SELECT DISTINCT table_name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name ~ '^(expires_at|expire)$'`,
    );
    const expected = rows.map((row) => row.table_name).filter((name) => !KEPT.includes(name));
    expect(expected.length).toBeGreaterThan(10);
    expect(cleanUps.found.map(({ table }) => table)).toEqual(expect.arrayContaining(expected));
  });

  it('is found by an index in every table, however much is alive', async () => {
    const client = await connect();
    await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
    const plans = [];
    for (const { table, found } of cleanUps.found) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${found}`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      plans.push([table, /Index (Only )?Scan/.test(plan) && plan.includes('Index Cond')]);
    }
    await client.end();
    expect(plans.filter(([, byIndex]) => !byIndex)).toEqual([]);
  });

  it('goes in batches, and what is alive stays', async () => {
    await tokensFor(server, await newClient(server), await newPerson(server));
    const alive = await count('oidc_records');
    await server.sql(
      `INSERT INTO oidc_records (model, id_hash, payload, expires_at)
       SELECT 'Interaction', sha256(n::text::bytea), '', now() - interval '1 hour' FROM generate_series(1, 2500) AS n`,
    );
    expect(await cleanUps.run()).toBe(true);
    expect([alive, await count('oidc_records')]).toEqual([expect.any(Number), alive]);
  });

  it('is left for the next time where somebody holds it, and all the rest goes', async () => {
    await addExpired(2500);
    const other = await connect();
    await other.query(`BEGIN; SELECT FROM revocations WHERE id IN ('expired-1', 'expired-2500') FOR UPDATE`);
    await cleanUps.run();
    expect(await count()).toBe(2);
    await other.query('ROLLBACK');
    await other.end();
    await cleanUps.run();
    expect(await count()).toBe(0);
  });

  it('is counted, by table', async () => {
    const before = await valueOf(cleanUpRows, 'revocations');
    await addExpired(1500);
    await cleanUps.run();
    expect(await valueOf(cleanUpRows, 'revocations')).toBe(before + 1500);
    expect(await valueOf(cleanUpBehind, 'revocations')).toBe(0);
  });
});

describe('a clean-up', () => {
  it('is done by one replica at a time; the other ones leave it alone', async () => {
    await addExpired(10);
    const other = await connect();
    await other.query('BEGIN; SELECT pg_advisory_xact_lock(7264004)');
    expect([await cleanUps.run(), await count()]).toEqual([false, 10]);
    await other.end();
    await addedUntilDone();
    expect(await count()).toBe(0);
  });

  it('of two at once, lets one have its turn', async () => {
    await addExpired(5000);
    const turns = await Promise.all([cleanUps.run(), cleanUps.run(), cleanUps.run()]);
    expect(turns.filter(Boolean).length).toBeGreaterThanOrEqual(1);
    expect(await count()).toBe(0);
  });

  it('of a table that fails does not keep the others from theirs', async () => {
    const failures = await valueOf(cleanUpFailures, 'oidc_records');
    await addExpired(10);
    await server.sql('ALTER TABLE oidc_records RENAME TO oidc_records_gone');
    await cleanUps.run();
    await server.sql('ALTER TABLE oidc_records_gone RENAME TO oidc_records');
    expect([await valueOf(cleanUpFailures, 'oidc_records'), await count()]).toEqual([failures + 1, 0]);
  });

  it('that was cut off goes on at the next time', async () => {
    await addExpired(3000);
    await server.sql(`
      CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT count(*) FROM revocations) < 2000 THEN RAISE EXCEPTION 'cut off'; END IF;
        RETURN NULL;
      END $$`);
    await server.sql(`
      CREATE TRIGGER cut_off AFTER DELETE ON revocations FOR EACH STATEMENT EXECUTE FUNCTION cut_off()`);
    await cleanUps.run();
    expect(await count()).toBe(2000);
    await server.sql('DROP TRIGGER cut_off ON revocations');
    await cleanUps.run();
    expect(await count()).toBe(0);
  });

  it('of dead letters waits thirty days for staff', async () => {
    const add = (age: string) =>
      server
        .sql(
          `WITH added AS (SELECT id FROM graphile_worker.add_job('nobody.does_this', max_attempts := 1))
         SELECT id FROM added`,
        )
        .then(([row]) =>
          server.sql(
            `UPDATE graphile_worker._private_jobs SET attempts = 1, updated_at = now() - $2::interval WHERE id = $1`,
            [row?.id, age],
          ),
        );
    await add('29 days');
    await add('31 days');
    await cleanUps.run();
    expect(await count('graphile_worker._private_jobs')).toBe(1);
  });

  /** The lock goes when its connection has ended, a moment later. */
  async function addedUntilDone(): Promise<void> {
    while (!(await cleanUps.run()));
  }
});

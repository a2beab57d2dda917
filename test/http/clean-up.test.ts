import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

describe('what has expired', () => {
  it('goes from every table that has such rows (C-90)', async () => {
    const rows = await server.sql<{ table_name: string }>(
      `SELECT DISTINCT table_name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name ~ '^(expires_at|expire)$'`,
    );
    const expected = rows.map((row) => row.table_name).filter((name) => !KEPT.includes(name));
    expect(expected.length).toBeGreaterThan(10);
    expect(cleanUps.tables).toEqual(expect.arrayContaining(expected));
  });

  it('goes in batches, and what is alive or held stays', async () => {
    await tokensFor(server, await newClient(server), await newPerson(server));
    const counted = async () =>
      (await server.sql<{ count: number }>('SELECT count(*)::int FROM oidc_records'))[0]?.count;
    const alive = await counted();
    await server.sql(
      `INSERT INTO oidc_records (model, id_hash, payload, expires_at)
       SELECT 'Interaction', sha256(n::text::bytea), '', now() - interval '1 hour' FROM generate_series(1, 2500) AS n`,
    );
    await cleanUps.run();
    expect([alive, await counted()]).toEqual([expect.any(Number), alive]);
  });

  it('is found by an index, however much is alive', async () => {
    const tables = ['oidc_records', 'revocations', 'sessions', 'sign_in_challenges', 'rate_limits'];
    for (const table of tables) {
      const column = table === 'rate_limits' ? 'expire' : 'expires_at';
      const [index] = await server.sql<{ indexname: string }>(
        `SELECT indexname FROM pg_indexes WHERE tablename = $1 AND indexdef LIKE '%(' || $2 || ')%'`,
        [table, column],
      );
      expect([table, index?.indexname]).toEqual([table, expect.any(String)]);
    }
  });
});

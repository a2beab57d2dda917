import path from 'node:path';
import pg from 'pg';
import { startDatabase } from './database.js';
import { freePort } from './processes.js';
import { startBarong } from './server.js';
import { inWorkDirectory } from './work-directory.js';

/** `node bench/clean-up.js [rows]`: how fast a million expired rows go, and what people notice of it meanwhile. */
const ROWS = Number(process.argv[2] ?? 1_000_000);
/** Requests at a time, one after the other each. */
const CALLERS = 4;
const BEFORE_MS = 10_000;
const TARGET = { rowsPerSecond: 20_000, longestBatchMs: 250, p99: 2 };

/** What expires most: records of the provider, sessions, counters. A fifth as many of the first are alive. */
const FILL = [
  `INSERT INTO oidc_records (model, id_hash, payload, grant_hash, account_uid, expires_at)
   SELECT 'AccessToken', sha256(n::text::bytea), decode(repeat('00', 400), 'hex'), sha256((n / 5)::text::bytea), 'ID' || n % 9999,
     now() + CASE WHEN n % 5 = 0 THEN interval '1 day' ELSE - n % 86400 * interval '1 second' - interval '1 minute' END
   FROM generate_series(1, $1::int * 3 / 4) AS n`,
  `INSERT INTO sessions (id, account_id, application_id, ip, user_agent, amr, authenticated_at, expires_at)
   SELECT gen_random_uuid(), (SELECT min(id) FROM accounts), (SELECT min(id) FROM applications), '203.0.113.7', 'bench', '{pwd}',
     now() - interval '2 days', now() - n % 86400 * interval '1 second' - interval '1 minute'
   FROM generate_series(1, $1::int / 5) AS n`,
  `INSERT INTO rate_limits (key, points, expire)
   SELECT 'bench:' || n, 1, extract(epoch FROM now())::bigint * 1000 - n FROM generate_series(1, $1::int / 5) AS n`,
];

await inWorkDirectory(run);

async function run(workDirectory) {
  const dataDir = path.join(workDirectory, 'clean-up');
  const metricsPort = await freePort();
  const database = await startDatabase(dataDir);
  const server = await startBarong(dataDir, database.url, 10, { METRICS_PORT: String(metricsPort) });
  const token = await server.signIn();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const statement of FILL) await client.query(statement, [ROWS]);
  await client.query('VACUUM ANALYZE');

  let isOver = false;
  const ask = () => timesUntil(() => isOver, `${server.url}/api/v1/accounts/me`, token);
  setTimeout(() => (isOver = true), BEFORE_MS);
  const before = await ask();
  isOver = false;
  const startedAt = performance.now();
  await client.query(`SELECT graphile_worker.add_job('housekeeping.clean_up', '{}')`);
  const done = jobIsDone(client).then(() => (isOver = true));
  const meanwhile = await ask();
  await done;
  const seconds = (performance.now() - startedAt) / 1000;
  await client.end();
  report({
    before,
    meanwhile,
    seconds,
    metrics: await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
  });
}

async function timesUntil(isOver, url, token) {
  const times = [];
  const caller = async () => {
    while (!isOver()) {
      const startedAt = performance.now();
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return times;
}

async function jobIsDone(client) {
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'housekeeping.clean_up'`,
    );
    if (rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function report({ before, meanwhile, seconds, metrics }) {
  const value = (pattern) => Number(pattern.exec(metrics)?.[1] ?? 0);
  const rows = [...metrics.matchAll(/^barong_clean_up_rows_total\{table="\w+"\} (\d+)$/gm)]
    .map(([, count]) => Number(count))
    .reduce((sum, count) => sum + count, 0);
  const batches = value(/^barong_clean_up_batch_seconds_count (\d+)$/m);
  const long = batches - value(/^barong_clean_up_batch_seconds_bucket\{le="0.25"\} (\d+)$/m);
  const perBatch = (value(/^barong_clean_up_batch_seconds_sum (\S+)$/m) * 1000) / batches;
  const ratio = quantile(meanwhile, 0.99) / quantile(before, 0.99);
  const rate = rows / seconds;
  console.log(
    `${rows} rows in ${seconds.toFixed(1)} s: ${rate.toFixed(0)} a second${verdict(rate >= TARGET.rowsPerSecond)}`,
  );
  console.log(
    `${batches} batches of ${perBatch.toFixed(1)} ms; over ${TARGET.longestBatchMs} ms: ${long}${verdict(long === 0)}`,
  );
  for (const [name, times] of Object.entries({ before, meanwhile })) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => quantile(times, part).toFixed(1));
    console.log(`GET /accounts/me ${name.padEnd(10)} ${times.length} requests, p50 ${p50}, p95 ${p95}, p99 ${p99} ms`);
  }
  console.log(`p99 is ${ratio.toFixed(2)} times what it was${verdict(ratio <= TARGET.p99)}`);
}

function verdict(isMet) {
  return isMet ? '  met' : '  MISSED';
}

function quantile(times, part) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1];
}

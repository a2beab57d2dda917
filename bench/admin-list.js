import path from 'node:path';
import pg from 'pg';
import { startDatabase } from './database.js';
import { startBarong } from './server.js';
import { inWorkDirectory } from './work-directory.js';

/** `node bench/admin-list.js [accounts]`: what staff wait for a page of the account list, at a million accounts. */
const ACCOUNTS = Number(process.argv[2] ?? 1_000_000);
const REQUESTS = 100;
/** Milliseconds, at the 95th percentile. */
const TARGET = 50;
const STRETCH = 20;

/** Addresses in order and uids at random, one in five unconfirmed, the rest over all levels, some locked and banned. */
const FILL = `
  INSERT INTO accounts (uid, email, role, state, level, email_confirmed_at)
  SELECT 'ID' || upper(substr(md5(n::text), 1, 10)), 'user' || n || '@example.com',
    CASE WHEN n % 10000 = 3 THEN 'compliance' ELSE 'member' END,
    CASE WHEN n % 10 < 2 THEN 'pending' WHEN n % 1000 = 5 THEN 'locked' WHEN n % 1000 = 6 THEN 'banned' ELSE 'active' END,
    CASE WHEN n % 10 < 2 THEN 0 ELSE 1 + n % 3 END, now()
  FROM generate_series(1, $1::int) AS n ON CONFLICT DO NOTHING`;

const random = (below) => Math.floor(Math.random() * below);
const lastPage = Math.floor(ACCOUNTS / 50);

/** Each makes the query of one request. */
const CASES = {
  'first page': () => '',
  'first page of 200': () => 'limit=200',
  'page 2 to 20': () => `page=${2 + random(19)}`,
  'any page, however deep': () => `page=${1 + random(lastPage)}`,
  'state=active, first page': () => 'state=active',
  'state=active, any page': () => `state=active&page=${1 + random(lastPage * 0.7)}`,
  'state=locked, any page': () => `state=locked&page=${1 + random(20)}`,
  'role=compliance': () => 'role=compliance',
  'role=admin': () => 'role=admin',
  'level=3': () => 'level=3',
  'level=0&state=active (nobody)': () => 'level=0&state=active',
  'level=2&state=banned': () => 'level=2&state=banned',
  'q=user (everybody)': () => 'q=user',
  'q=user1 (one in nine)': () => 'q=user1',
  'q=user1 with level=2': () => 'q=user1&level=2',
  'q=user + 3 digits (a thousand)': () => `q=user${100 + random(900)}`,
  'q=whole address': () => `q=user${random(ACCOUNTS)}@example.com`,
  'q=user with role=admin': () => 'q=user&role=admin',
  'q=ID + 1 digit (one in 16)': () => `q=id${random(16).toString(16)}`,
  'q=ID + 6 digits': () => `q=ID${random(2 ** 24).toString(16)}`,
  'q=nobody': () => `q=nobody${random(1000)}`,
};

await inWorkDirectory(run);

async function run(workDirectory) {
  const dataDir = path.join(workDirectory, 'admin');
  const database = await startDatabase(dataDir);
  const server = await startBarong(dataDir, database.url, 10);
  await fill(database.url);
  const token = await server.signIn();
  const ask = (path) => timed(`${server.url}/api/v1/${path}`, token);
  console.log(`${ACCOUNTS} accounts; ${REQUESTS} requests each, one after the other; milliseconds`);
  console.log(
    'Beside each list GET /accounts/me, asked in turns with it: what this machine makes of one look-up just now.',
  );
  console.log(line(['list', 'first', 'p50', 'p95', 'most', 'me p50', 'me p95', 'Total', '']));
  const all = [];
  for (const [name, query] of Object.entries(CASES)) all.push(...(await measure(name, query, ask)));
  console.log(
    line(['all of them', '', quantile(all, 0.5), quantile(all, 0.95), Math.max(...all), '', '', '', verdict(all)]),
  );
}

async function fill(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(FILL, [ACCOUNTS]);
  await client.query('VACUUM ANALYZE accounts');
  await client.end();
}

async function timed(url, token) {
  const startedAt = performance.now();
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
  return { ms: performance.now() - startedAt, total: response.headers.get('Total') };
}

async function measure(name, query, ask) {
  const list = () => ask(`admin/accounts?${query()}`);
  const first = await list();
  const times = [];
  const others = [];
  let total;
  for (let n = 0; n < REQUESTS; n += 1) {
    others.push((await ask('accounts/me')).ms);
    const { ms, total: told } = await list();
    times.push(ms);
    total = told;
  }
  const figures = [first.ms, quantile(times, 0.5), quantile(times, 0.95), Math.max(...times)];
  const beside = [quantile(others, 0.5), quantile(others, 0.95)];
  console.log(line([name, ...figures, ...beside, total, verdict(times)]));
  return times;
}

function verdict(times) {
  const p95 = quantile(times, 0.95);
  if (p95 > TARGET) return 'MISSED';
  return p95 > STRETCH ? 'met' : 'met with room';
}

function quantile(times, part) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1];
}

function line([name, ...cells]) {
  const remark = cells.pop();
  const texts = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : (cell ?? '')));
  return `${name.padEnd(32)}${texts.map((text) => text.padStart(9)).join('')}  ${remark}`.trimEnd();
}

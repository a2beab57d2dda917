import path from 'node:path';
import pg from 'pg';
import { startDatabase } from './database.js';
import { stopProcess } from './processes.js';
import { startBarong } from './server.js';
import { inWorkDirectory } from './work-directory.js';

/** `node bench/row-sizes.js [rows]`: what a row of each big table takes with its indexes, and what a request writes. */
const ROWS = Number(process.argv[2] ?? 100_000);
const REQUESTS = 100;
/** Of an encrypted code or refresh token; a session's has about 450, a grant's 350. */
const PAYLOAD_BYTES = 700;

/** As long as theirs and as hard to compress: what is encrypted or hashed. */
const bytes = (length) => {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, part) => `sha256((n || 'part ${part}')::bytea)`);
  return `substr(${parts.join(' || ')}, 1, ${length})`;
};
const AGENT = `'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'`;
const IP = `'203.0.' || n % 256 || '.' || n / 256 % 256`;
const UID = `'ID' || upper(lpad(to_hex(n), 10, '0'))`;
const APPLICATION = '(SELECT min(id) FROM applications)';

/** Columns and how they are filled for row n; what is left out has its default. Lengths are those that the server makes. */
const TABLES = {
  accounts: {
    id: 'n + 1000',
    uid: `'ID' || upper(substr(md5(n::text), 1, 10))`,
    email: `'given.family' || n || '@example.com'`,
    state: `'active'`,
    level: '3',
    email_confirmed_at: 'now()',
    phone_verified_at: 'now()',
    identity_approved_at: 'now()',
  },
  credentials: { account_id: 'n + 1000', password_hash: `'v1$1$' || substr(encode(${bytes(45)}, 'base64'), 1, 60)` },
  profiles: {
    account_id: 'n + 1000',
    first_name: `'Given' || n % 1000`,
    last_name: `'Family' || n`,
    dob: `'1990-01-01'`,
    address: `n || ' Long Street, House B'`,
    postcode: `lpad((n % 99999)::text, 5, '0')`,
    city: `'Frankfurt am Main'`,
    country: `'Germany'`,
    country_code: `'DE'`,
    state: `'approved'`,
    reviewed_by: UID,
    reviewed_at: 'now()',
  },
  phones: {
    account_id: 'n + 1000',
    number: `'+4915' || lpad(n::text, 9, '0')`,
    country_code: `'DE'`,
    verified_at: 'now()',
  },
  labels: { account_id: 'n + 1000', key: `'document'`, value: `'verified'`, scope: `'private'` },
  documents: {
    id: 'gen_random_uuid()',
    account_id: 'n + 1000',
    doc_type: `'Passport'`,
    doc_number_encrypted: bytes(40),
    doc_expire: `'2030-01-01'`,
    storage_key: `encode(${bytes(16)}, 'hex')`,
    data_key_encrypted: bytes(62),
    content_type: `'image/jpeg'`,
    size_bytes: '2000000',
    scan_state: `'clean'`,
    state: `'approved'`,
  },
  known_networks: { key: bytes(32), seen_at: 'now()' },
  consents: {
    account_id: 'n + 1000',
    application_id: APPLICATION,
    scopes: `'{openid,email,profile:read,offline_access}'`,
  },
  sessions: {
    id: 'gen_random_uuid()',
    account_id: 'n + 1000',
    application_id: APPLICATION,
    ip: IP,
    user_agent: AGENT,
    amr: `'{pwd,otp}'`,
    authenticated_at: 'now()',
    expires_at: `now() + interval '1 day'`,
  },
  oidc_records: {
    model: `'RefreshToken'`,
    id_hash: bytes(32),
    payload: bytes(PAYLOAD_BYTES),
    grant_hash: `sha256((n / 2)::text::bytea)`,
    uid_hash: 'NULL',
    account_uid: UID,
    client_id: `md5('shop')`,
    expires_at: `now() + interval '14 days'`,
  },
  revocations: { id: 'gen_random_uuid()', expires_at: `now() + interval '1 day'` },
  audit_entries: {
    actor_uid: UID,
    action: `'session.created'`,
    target: UID,
    ip: IP,
    user_agent_hash: bytes(16),
    request_id: 'gen_random_uuid()',
    details: `json_build_object('place', encode(${bytes(32)}, 'base64'))`,
  },
  audit_seals: {
    entry_id: 'n + (SELECT max(id) FROM audit_entries) - $1::int',
    hash: bytes(32),
  },
};

await inWorkDirectory(run);

async function run(workDirectory) {
  const dataDir = path.join(workDirectory, 'rows');
  const database = await startDatabase(dataDir);
  const server = await startBarong(dataDir, database.url, 10);
  const client = new pg.Client({ connectionString: database.url });
  // When something else failed, the database goes first.
  client.on('error', () => undefined);
  await client.connect();
  const { server_version: version } = (await client.query('SHOW server_version')).rows[0];
  console.log(`PostgreSQL ${version}, ${ROWS} rows each, ${new Date().toISOString().slice(0, 10)}`);
  console.log('\n| Request | WAL, bytes |\n| --- | ---: |');
  for (const [name, request] of Object.entries(requestsOf(server))) {
    console.log(`| ${name} | ${await walOf(client, request)} |`);
  }
  // It would seal the audit entries that are made here.
  await stopProcess(server.child);
  console.log('\n| Table, bytes a row | Row | Indexes | Together | WAL |\n| --- | ---: | ---: | ---: | ---: |');
  for (const table of Object.keys(TABLES)) {
    const { heap, indexes, wal } = await measureTable(client, table);
    console.log(`| \`${table}\` | ${heap} | ${indexes} | ${heap + indexes} | ${wal} |`);
  }
  await client.end();
}

/** What so many rows add to a table, by row. */
async function measureTable(client, table) {
  const columns = TABLES[table];
  const before = await stateOf(client, table);
  await client.query(
    `INSERT INTO ${table} (${Object.keys(columns)}) OVERRIDING SYSTEM VALUE
     SELECT ${Object.values(columns).join(', ')} FROM (SELECT i AS n FROM generate_series(1, $1::int) AS i) AS numbers`,
    [ROWS],
  );
  const after = await stateOf(client, table);
  const perRow = (key) => Math.round((after[key] - before[key]) / ROWS);
  return { heap: perRow('heap'), indexes: perRow('indexes'), wal: perRow('wal') };
}

/** Bytes; TOAST counts as part of the table. */
async function stateOf(client, table) {
  const { rows } = await client.query(
    `SELECT pg_table_size($1::regclass) AS heap, pg_indexes_size($1::regclass) AS indexes,
       pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal`,
    [table],
  );
  return Object.fromEntries(Object.entries(rows[0]).map(([key, value]) => [key, Number(value)]));
}

/** What is asked most; each does it once. */
function requestsOf(server) {
  let signUps = 0;
  const post = (address, body) =>
    call(`${server.url}/api/v1/${address}`, { method: 'POST', body: JSON.stringify(body) });
  const token = server.signIn();
  return {
    'sign-in': () => server.signIn(),
    'sign-in with a wrong password': () => post('sessions', { ...server.credentials, password: 'wrong wrong wrong' }),
    'sign-up': () =>
      post('accounts', { email: `row${(signUps += 1)}@example.com`, password: 'a long and odd Password 7' }),
    'look-up': async () =>
      call(`${server.url}/api/v1/accounts/me`, { headers: { authorization: `Bearer ${await token}` } }),
  };
}

async function call(url, options) {
  const headers = { 'content-type': 'application/json', ...options.headers };
  const response = await fetch(url, { ...options, headers });
  await response.arrayBuffer();
  if (response.status >= 500) throw new Error(`${url}: ${response.status}`);
}

/** Bytes of WAL that a request causes, with all that is done for it later. */
async function walOf(client, request) {
  await request();
  const before = await stateOf(client, 'accounts');
  for (let n = 0; n < REQUESTS; n += 1) await request();
  await jobsDone(client);
  return Math.round(((await stateOf(client, 'accounts')).wal - before.wal) / REQUESTS);
}

async function jobsDone(client) {
  for (;;) {
    const { rowCount } = await client.query('SELECT 1 FROM graphile_worker.jobs WHERE run_at <= now() LIMIT 1');
    if (rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

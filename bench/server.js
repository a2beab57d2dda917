import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { residentMegabytes, startServer, stopProcess } from './processes.js';

const MAIN = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
const ADMIN = { email: 'admin@barong.test', password: 'the password of the benchmark' };
/** After a start, memory settles for a moment. */
const SETTLE_MS = 3_000;

const settings = (dataDir, more) => ({
  NODE_ENV: 'development',
  DATA_DIR: dataDir,
  DATABASE_URL: '',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  RATE_LIMITS: 'off',
  LOG_LEVEL: 'error',
  ...more,
});

/** The server as it is, on a database of ours, with somebody who can sign in. @param more settings that differ */
export async function startBarong(dataDir, databaseUrl, cost, more = {}) {
  const env = settings(dataDir, { DATABASE_URL: databaseUrl, BCRYPT_COST: String(cost), ...more });
  const server = await startServer({ script: MAIN, env, path: '/health/ready' });
  const credentials = { ...ADMIN, application_id: 'local-demo' };
  return { ...server, credentials, signIn: () => signIn(server.url, credentials) };
}

async function signIn(url, credentials) {
  const response = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  if (response.status !== 201) throw new Error(`POST /sessions: ${response.status}`);
  return response.json();
}

/** How long `npm start` takes from nothing and later, in ms, and the memory of a server that nobody asks, in MB. */
export async function measureStartUp(workDirectory) {
  const env = settings(path.join(workDirectory, 'start-up'), {});
  const start = () => startServer({ script: MAIN, env, path: '/health/ready' });
  const first = await start();
  await stopProcess(first.child);
  const later = await start();
  await sleep(SETTLE_MS);
  const idleMegabytes = await residentMegabytes(later.pid);
  await stopProcess(later.child);
  return { firstMs: first.startUpMs, laterMs: later.startUpMs, idleMegabytes };
}

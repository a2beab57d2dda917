import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ADMIN, type TestApp } from './app.js';
import { freePort } from './free-port.js';
import { createTestDatabase } from './database.js';

/** The program itself, in a process of its own, with a database of its own. */
export interface ServerProcess extends Pick<TestApp, 'url' | 'sql'> {
  /** Everything it wrote so far, to both of its outputs. */
  output(): string;
  /** Asks it to end. @returns its exit code, null when a signal ended it */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it if it still runs, and removes what it had. */
  clean(): Promise<void>;
}

const urlOf = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
const SCRIPT = `
  import { register } from 'node:module';
  register(${urlOf('typescript-loader.mjs')});
  await import(${urlOf('../../src/main.ts')});`;

/** Starts `src/main.ts` as it stands, and waits until it is ready. @throws Error with its output when it ends instead */
export async function startProcess(env: Record<string, string> = {}): Promise<ServerProcess> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'barong-process-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = '';
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      BCRYPT_COST: '10',
      RATE_LIMITS: 'off',
      ...env,
    },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => undefined);

  const server: ServerProcess = {
    url,
    output: () => output,
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return (await exited)[0];
    },
    clean: async () => {
      child.kill('SIGKILL');
      await exited;
      await pool.end();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  const isReady = async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok ?? false;
  while (!(await isReady())) {
    if (child.exitCode !== null) {
      await server.clean();
      throw new Error(`the server ended while starting:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return server;
}

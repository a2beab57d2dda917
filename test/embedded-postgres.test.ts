import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EMBEDDED_NAME, embeddedSocketDirectory } from '../src/infra/database/connection.js';
import { EmbeddedPostgresError } from '../src/infra/embedded-postgres/embedded-postgres-error.js';
import { EmbeddedPostgres } from '../src/infra/embedded-postgres/embedded-postgres.js';
import { endServer, lockFileOf, lockHolder, socketLockFile } from '../src/infra/embedded-postgres/postmaster.js';

const isRoot = process.getuid?.() === 0;
const dataDirs: string[] = [];
const children: ChildProcess[] = [];
let root = '';

beforeAll(async () => {
  // Named like the directory of a run, so that a later run removes it if this one is killed.
  root = await mkdtemp(path.join(os.tmpdir(), `barong-test-${process.pid}-embedded-`));
  await chmod(root, 0o711);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const dataDir of dataDirs) {
    await endServer(socketLockFile(embeddedSocketDirectory(dataDir)), 'SIGQUIT');
    await rm(embeddedSocketDirectory(dataDir), { recursive: true, force: true });
  }
  await rm(root, { recursive: true, force: true });
});

describe('one data directory', () => {
  let dataDir = '';
  let cluster = '';

  beforeAll(async () => {
    dataDir = await makeDataDir('one, with "odd" name');
    cluster = path.join(dataDir, 'postgres');
  });

  it('is made at the first start, closed to others and to the network', async () => {
    const server = await EmbeddedPostgres.start({ dataDir, durable: true });
    expect(server.socketDirectory).toBe(embeddedSocketDirectory(dataDir));
    expect((await stat(cluster)).mode & 0o777).toBe(0o700);
    expect((await stat(server.socketDirectory)).mode & 0o777).toBe(0o700);
    const [settings] = await query(
      dataDir,
      `SELECT current_database() AS name, current_setting('listen_addresses') AS addresses,
              current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding,
              lower('Ä') AS lower`,
    );
    expect(settings).toEqual({ name: 'barong', addresses: '', fsync: 'on', encoding: 'UTF8', lower: 'ä' });
    await query(dataDir, 'CREATE TABLE notes AS SELECT 42 AS answer');
    await server.stop();
    expect(await lockHolder(lockFileOf(cluster))).toBeUndefined();
  });

  it('keeps its data over a stop, and stays while others are connected', async () => {
    const server = await EmbeddedPostgres.start({ dataDir, durable: false });
    const other = await connect(dataDir);
    await server.stop();
    expect((await other.query('SELECT answer FROM notes')).rows).toEqual([{ answer: 42 }]);
    await other.end();
    await server.stop();
    await server.stop();
    expect(await lockHolder(lockFileOf(cluster))).toBeUndefined();
  });

  it('is joined again after its starter was killed', async () => {
    const starter = startInChild(dataDir);
    await once(starter.stdout!, 'data');
    const pid = await lockHolder(lockFileOf(cluster));
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    await EmbeddedPostgres.start({ dataDir, durable: false });
    expect(await lockHolder(lockFileOf(cluster))).toBe(pid);
    expect(await query(dataDir, 'SELECT answer FROM notes')).toEqual([{ answer: 42 }]);
  });

  it('starts over the lock files of a crashed server, even when its number went to another program', async () => {
    const lock = lockFileOf(cluster);
    const crashed = await lockHolder(lock);
    process.kill(crashed!, 'SIGKILL');
    // As the server's own user: PostgreSQL disregards the processes of others.
    const program = spawn('sleep', ['60'], { stdio: 'ignore', cwd: '/', ...(isRoot ? { uid: 65_534 } : {}) });
    children.push(program);
    await once(program, 'spawn');
    for (const file of [lock, socketLockFile(embeddedSocketDirectory(dataDir))]) {
      await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(program.pid)));
    }
    await EmbeddedPostgres.start({ dataDir, durable: true });
    expect(await lockHolder(lock)).not.toBe(crashed);
    expect(await query(dataDir, 'SELECT answer FROM notes')).toEqual([{ answer: 42 }]);
  });

  it('says in one line why the server does not start', async () => {
    await endServer(lockFileOf(cluster), 'SIGINT');
    await appendFile(path.join(cluster, 'postgresql.conf'), 'no_such_setting = on\n');
    await expectOneLine(EmbeddedPostgres.start({ dataDir, durable: true }), /ended while starting: FATAL: .*errors/);
  });

  it('says what to do about a cluster of another version', async () => {
    await writeFile(path.join(cluster, 'PG_VERSION'), '17\n');
    await expectOneLine(EmbeddedPostgres.start({ dataDir, durable: true }), /was made by PostgreSQL 17; this is 18: /);
  });
});

it('is started by two processes at the same moment, which share one server', async () => {
  const dataDir = await makeDataDir('parallel');
  const starters = [startInChild(dataDir), startInChild(dataDir)];
  const answers = await Promise.all(starters.map(async (child) => String((await once(child.stdout!, 'data'))[0])));
  expect(answers).toEqual(['ready\n', 'ready\n']);
  expect(await query(dataDir, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('makes a cluster again whose making was interrupted, and replaces one that was deleted under its server', async () => {
  // Long enough for the socket to move to the temporary directory, where it survives the deletion.
  const dataDir = await makeDataDir('half-made'.padEnd(100, '-'));
  const gone = spawn('true');
  await once(gone, 'exit');
  await mkdir(path.join(dataDir, `postgres.new-${gone.pid}-abc`));
  await mkdir(path.join(dataDir, 'postgres', 'base'), { recursive: true });
  await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
  const lines: string[] = [];
  await EmbeddedPostgres.start({ dataDir, durable: false, log: (line) => lines.push(line) });
  expect(lines).toEqual([expect.stringMatching(/^Making/), expect.stringMatching(/is incomplete; it is kept as/)]);
  expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.new'))).toEqual([]);

  await query(dataDir, 'CREATE TABLE notes ()');
  await rm(path.join(dataDir, 'postgres'), { recursive: true, maxRetries: 10 });
  await EmbeddedPostgres.start({ dataDir, durable: false });
  expect(await query(dataDir, `SELECT to_regclass('notes') AS found`)).toEqual([{ found: null }]);
});

it("refuses a socket directory that is somebody else's", async () => {
  const dataDir = await makeDataDir('link'.padEnd(100, '-'));
  await writeFile(embeddedSocketDirectory(dataDir), '');
  await expectOneLine(EmbeddedPostgres.start({ dataDir, durable: false }), /is not a directory/);
});

(isRoot ? it : it.skip)('starts for root below a directory that is closed to others', async () => {
  const closed = path.join(root, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const dataDir = await makeDataDir('closed/data');
  const server = await EmbeddedPostgres.start({ dataDir, durable: false });
  const pid = await lockHolder(lockFileOf(path.join(dataDir, 'postgres')));
  expect((await stat(path.join(dataDir, 'postgres'))).uid).toBe(65_534);
  expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
  await server.stop();
});

async function makeDataDir(name: string): Promise<string> {
  const dataDir = path.join(root, name);
  await mkdir(dataDir);
  dataDirs.push(dataDir);
  return dataDir;
}

async function connect(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: embeddedSocketDirectory(dataDir),
    user: EMBEDDED_NAME,
    database: EMBEDDED_NAME,
  });
  await client.connect();
  return client;
}

async function query(dataDir: string, text: string): Promise<unknown[]> {
  const client = await connect(dataDir);
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** A process of its own that starts the server, prints `ready` and stays. */
function startInChild(dataDir: string): ChildProcess {
  const urlOf = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    import { register } from 'node:module';
    register(${urlOf('support/typescript-loader.mjs')});
    const { EmbeddedPostgres } = await import(${urlOf('../src/infra/embedded-postgres/embedded-postgres.ts')});
    await EmbeddedPostgres.start({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    console.log('ready');
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

async function expectOneLine(start: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await start.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toContain('\n');
}

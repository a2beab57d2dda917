import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { until } from '../boot/program.js';
import { freePort } from '../support/free-port.js';

const EXECUTABLE = '/usr/sbin/pgbouncer';
const SHIPPED = path.resolve(import.meta.dirname, '../../deploy/pgbouncer/pgbouncer.ini');
/** Few: two servers at work have to share them. */
const POOL_SIZE = 4;

/** A pgbouncer of its own before one database, with the settings of deploy/pgbouncer. */
export class Pgbouncer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    private readonly port: number,
  ) {}

  /** @param databaseUrl where it leads to; the database `bare` leads there too, without the settings for time-outs */
  static async start(databaseUrl: string): Promise<Pgbouncer> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-pgbouncer-'));
    const pgbouncer = new Pgbouncer(directory, await freePort());
    await writeFile(pgbouncer.file, await settingsFor(databaseUrl, pgbouncer.port));
    // When root runs the tests, pgbouncer runs as nobody and has to read its settings.
    await chmod(directory, 0o755);
    await pgbouncer.resume();
    return pgbouncer;
  }

  /** For DATABASE_URL, without our own parameter. */
  url(database = 'barong'): string {
    return `postgresql://barong@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts it again. @throws Error when it ends instead of answering */
  async resume(): Promise<void> {
    const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn(EXECUTABLE, [...asUser, this.file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    this.child = child;
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}: ${errors}`);
      return this.ask('SHOW VERSION').then(
        () => true,
        () => false,
      );
    });
  }

  /** All connections through it break. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  /** Process numbers of PostgreSQL's ends of its connections. */
  async backends(): Promise<number[]> {
    const servers = await this.ask<{ remote_pid: number }>('SHOW SERVERS');
    return servers.map(({ remote_pid: pid }) => pid);
  }

  async clean(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private get file(): string {
    return path.join(this.directory, 'pgbouncer.ini');
  }

  /** Its own console, which understands simple statements only. */
  private async ask<Row extends pg.QueryResultRow>(command: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url('pgbouncer') });
    await client.connect();
    try {
      return (await client.query<Row>(command)).rows;
    } finally {
      await client.end();
    }
  }
}

/** The shipped settings with what belongs to this machine in their place. */
async function settingsFor(databaseUrl: string, port: number): Promise<string> {
  const { pathname, searchParams } = new URL(databaseUrl);
  const target = `host=${searchParams.get('host')} port=5432 dbname=${pathname.slice(1)} user=barong`;
  const shipped = await readFile(SHIPPED, 'utf8');
  const replacements: [RegExp, string][] = [
    [/^barong = host=\S+ port=\S+ dbname=\S+/m, `bare = ${target}\nbarong = ${target}`],
    [/^listen_addr = .*/m, 'listen_addr = 127.0.0.1'],
    [/^listen_port = .*/m, `listen_port = ${port}`],
    [/^auth_type = .*/m, 'auth_type = any\nadmin_users = barong'],
    [/^auth_file = .*\n/m, ''],
    [/^default_pool_size = .*/m, `default_pool_size = ${POOL_SIZE}`],
  ];
  return replacements.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`deploy/pgbouncer/pgbouncer.ini has no ${from}`);
    return text.replace(from, to);
  }, shipped);
}

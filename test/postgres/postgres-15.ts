import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { until } from '../boot/program.js';

/** Of Debian's package: pg_dump must not be older than the server that it copies. */
export const BINARIES = '/usr/lib/postgresql/15/bin';
/** PostgreSQL does not run as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A PostgreSQL 15 of a test's own. */
export class Postgres15 {
  private constructor(
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<Postgres15> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-pg15-'));
    if (NOBODY.uid !== undefined) await chown(directory, NOBODY.uid, NOBODY.gid);
    const data = path.join(directory, 'data');
    const options = { ...NOBODY, cwd: '/', env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } };
    const how = ['--username=barong', '--auth=trust', '--encoding=UTF8', '--no-sync'];
    await promisify(execFile)(`${BINARIES}/initdb`, [...how, `--pgdata=${data}`], options);
    const settings = ['listen_addresses=', `unix_socket_directories=${directory}`, 'fsync=off', 'timezone=UTC'];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(`${BINARIES}/postgres`, args, { ...options, stdio: 'ignore' });
    const server = new Postgres15(directory, child);
    await until(() => {
      if (child.exitCode !== null) throw new Error(`PostgreSQL 15 ended with ${child.exitCode}`);
      return server.sql('postgres', 'SELECT 1').then(
        () => true,
        () => false,
      );
    });
    return server;
  }

  /** For DATABASE_URL; the password is of no use there, and must not show anywhere. */
  url(database: string, password = ''): string {
    return `postgresql://barong${password && `:${password}`}@localhost/${database}?host=${encodeURIComponent(this.directory)}`;
  }

  /** On a connection of its own. */
  async sql<Row extends pg.QueryResultRow>(database: string, text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGQUIT');
      await exited;
    }
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

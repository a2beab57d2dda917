import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EMBEDDED_NAME } from '../../src/infra/database/connection.js';
import { EmbeddedPostgres } from '../../src/infra/embedded-postgres/embedded-postgres.js';
import { endServer, lockFileOf, lockHolder } from '../../src/infra/embedded-postgres/postmaster.js';
import { until } from '../boot/program.js';

/** A PostgreSQL of a test's own, which it may kill. What it has acknowledged is on the disk. */
export class PostgresCluster {
  private constructor(
    private readonly dataDir: string,
    private socketDirectory: string,
  ) {}

  static async start(): Promise<PostgresCluster> {
    // Named like the directory of a run, so that a later run removes what a killed one left.
    const dataDir = await mkdtemp(path.join(os.tmpdir(), `barong-test-${process.pid}-cluster-`));
    await chmod(dataDir, 0o711);
    const cluster = new PostgresCluster(dataDir, '');
    await cluster.start();
    return cluster;
  }

  /** For DATABASE_URL. */
  get url(): string {
    return `postgresql://${EMBEDDED_NAME}@localhost/${EMBEDDED_NAME}?host=${encodeURIComponent(this.socketDirectory)}`;
  }

  /** Starts the server (again), and waits until it has recovered what it had. */
  async start(): Promise<void> {
    const server = await EmbeddedPostgres.start({ dataDir: this.dataDir, durable: true });
    this.socketDirectory = server.socketDirectory;
  }

  /** As a power cut does: no process of the server gets to do anything more. */
  async kill(): Promise<void> {
    const pids = await this.processes();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until(async () => (await lockHolder(this.lockFile)) === undefined);
  }

  /** From now on it takes connections and answers nothing: the kernel does the one, nobody the other. */
  async freeze(): Promise<void> {
    // The first is who would start more of them.
    for (const pid of await this.processes()) process.kill(pid, 'SIGSTOP');
  }

  async thaw(): Promise<void> {
    for (const pid of await this.processes()) process.kill(pid, 'SIGCONT');
  }

  /** On a connection of its own. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async connect(): Promise<pg.Client> {
    // Also while everybody else may only read.
    const options = '-c default_transaction_read_only=off';
    const client = new pg.Client({ connectionString: this.url, options });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async remove(): Promise<void> {
    await this.thaw().catch(() => undefined);
    await endServer(this.lockFile, 'SIGQUIT');
    await rm(this.socketDirectory, { recursive: true, force: true });
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }

  private get lockFile(): string {
    return lockFileOf(path.join(this.dataDir, 'postgres'));
  }

  /** The postmaster first, then its children. */
  private async processes(): Promise<number[]> {
    const postmaster = await lockHolder(this.lockFile);
    if (postmaster === undefined) throw new Error('the server does not run');
    const all = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
    const isChild = await Promise.all(all.map(async (pid) => (await parentOf(pid)) === postmaster));
    return [postmaster, ...all.filter((_, index) => isChild[index])];
  }
}

async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, the command, is in parentheses and may hold anything.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) || undefined;
}

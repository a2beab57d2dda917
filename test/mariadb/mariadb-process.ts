import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { freePort } from '../support/free-port.js';

const SERVER = '/usr/sbin/mariadbd';
const INSTALLER = '/usr/bin/mariadb-install-db';
/** Who the server runs as when root runs the tests. */
const USER = 'nobody';

/** What may not show anywhere. */
export const PASSWORD = 'the%password of barong';
export const DATABASE = 'barong_production';

/** A MariaDB of its own, on a free port of this machine, with a directory of its own. */
export class MariaDbProcess {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    readonly port: number,
  ) {}

  static async start(): Promise<MariaDbProcess> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-mariadb-'));
    const server = new MariaDbProcess(directory, await freePort());
    try {
      await server.install();
      await server.listen();
    } catch (error) {
      await server.clean();
      throw error;
    }
    return server;
  }

  /** For --from; the password is not in it. */
  get url(): string {
    return `mysql://barong@127.0.0.1:${this.port}/${DATABASE}`;
  }

  /** For --from. */
  get socketUrl(): string {
    return `mariadb://barong:${encodeURIComponent(PASSWORD)}@localhost/${DATABASE}?socket=${this.socket}`;
  }

  /** A connection of the one who may do everything. */
  connect(database?: string): Promise<mysql.Connection> {
    return mysql.createConnection({
      ...{ socketPath: this.socket, user: 'root', multipleStatements: true, charset: 'utf8mb4' },
      ...(database !== undefined && { database }),
    });
  }

  /** Ends it and removes what it kept. */
  async clean(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  private get socket(): string {
    return path.join(this.directory, 'socket');
  }

  private get common(): string[] {
    const asUser = process.getuid?.() === 0 ? [`--user=${USER}`] : [];
    return ['--no-defaults', `--datadir=${path.join(this.directory, 'data')}`, ...asUser];
  }

  private async install(): Promise<void> {
    // The server is to make its socket there, whoever it is.
    await chmod(this.directory, 0o777);
    await mkdir(path.join(this.directory, 'data'));
    await chmod(path.join(this.directory, 'data'), 0o777);
    const args = ['--auth-root-authentication-method=normal', '--skip-test-db', `--tmpdir=${this.directory}`];
    await promisify(execFile)(INSTALLER, [...this.common, ...args]);
  }

  private async listen(): Promise<void> {
    const network = ['--bind-address=127.0.0.1', `--port=${this.port}`, `--socket=${this.socket}`];
    const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=32M', '--skip-log-bin'];
    const files = [`--pid-file=${path.join(this.directory, 'pid')}`, `--tmpdir=${this.directory}`];
    const child = spawn(SERVER, [...this.common, ...network, ...quick, ...files], { stdio: 'ignore' });
    this.child = child;
    for (;;) {
      const connection = await this.connect().catch(() => undefined);
      if (connection) {
        await connection.query(
          `CREATE DATABASE ${DATABASE} CHARACTER SET utf8;
           CREATE USER 'barong'@'localhost' IDENTIFIED BY ?; GRANT SELECT ON ${DATABASE}.* TO 'barong'@'localhost';
           CREATE USER 'barong'@'127.0.0.1' IDENTIFIED BY ?; GRANT SELECT ON ${DATABASE}.* TO 'barong'@'127.0.0.1';`,
          [PASSWORD, PASSWORD],
        );
        return connection.end();
      }
      if (child.exitCode !== null) throw new Error(`mariadbd ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

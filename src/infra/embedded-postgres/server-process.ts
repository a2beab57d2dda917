import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError, reasonIn } from './embedded-postgres-error.js';
import type { Account, Runner } from './runner.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
const LONGEST_LOG_BYTES = 5_000_000;

export interface ServerOptions {
  readonly binaries: Binaries;
  readonly runner: Runner;
  readonly account: Account | undefined;
  readonly cluster: string;
  readonly socketDirectory: string;
  readonly logFile: string;
  /** False: faster, but a crash of the machine may leave a broken cluster. */
  readonly durable: boolean;
}

/** One attempt to run the server. */
export class ServerProcess {
  private ended = false;
  private failure: Error | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
    private readonly logStart: number,
  ) {
    child.once('exit', () => (this.ended = true));
    child.once('error', (error) => {
      this.failure = error;
      this.ended = true;
    });
  }

  static async spawn(options: ServerOptions): Promise<ServerProcess> {
    const { logFile, account } = options;
    // As root in a directory of somebody else's, a link there must not make us write elsewhere.
    const output = await open(logFile, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      if (account) await output.chown(account.uid, account.gid);
      if ((await output.stat()).size > LONGEST_LOG_BYTES) await output.truncate();
      const { size } = await output.stat();
      const child = options.runner.spawnDetached(options.binaries.postgres, commandLine(options), output.fd);
      return new ServerProcess(child, logFile, size);
    } finally {
      await output.close();
    }
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  /** Throws EmbeddedPostgresError with the reason why it ended, unless another server was in its way. */
  async throwUnlessOutrun(): Promise<void> {
    const log = (await readFile(this.logFile)).subarray(this.logStart).toString('utf8');
    // Another server may write to the same log.
    const own = log.split('\n').filter((line) => line.includes(`[${this.child.pid}] FATAL:`));
    // The second is what the children of a killed server leave until they notice.
    if (/lock file ".*" already exists|shared memory block .* is still in use/.test(own.at(-1) ?? '')) return;
    const why = this.failure?.message ?? reasonIn(own.at(-1) ?? log);
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL ended while starting: ${why} (its log: ${this.logFile})`,
      this.failure,
    );
  }
}

function commandLine({ cluster, socketDirectory, durable }: ServerOptions): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '',
    // The setting is a list: quotes keep a comma or space in the path together.
    unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '256MB',
    io_method: 'sync',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Longer forms repeat the row that broke a constraint: e-mail addresses do not belong in a log.
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

import { type ChildProcess, type SpawnOptions, execFile, spawn } from 'node:child_process';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError, reasonIn } from './embedded-postgres-error.js';

/** Whom the server's files belong to. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: Account = { uid: 65_534, gid: 65_534 };
/** From linux/capability.h: number of the bit, best first. Containers often withhold the first. */
const CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
];
/** Nothing of our own environment: PGDATA, PGOPTIONS and their like would change what the server does. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

/** Who runs the server: undefined for ourselves; for root, which PostgreSQL refuses, the cluster's owner or nobody. */
export async function serverAccount(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : NOBODY;
}

/** Runs PostgreSQL's programs as the account that may. */
export class Runner {
  private constructor(
    private readonly options: SpawnOptions,
    private readonly prefix: readonly string[],
  ) {}

  /** `paths`: what the programs must reach. Throws EmbeddedPostgresError when they cannot. */
  static async create(account: Account | undefined, paths: readonly string[]): Promise<Runner> {
    const options: SpawnOptions = { cwd: '/', env: ENVIRONMENT };
    if (!account) return new Runner(options, []);
    const closed = await closedDirectory(account, paths);
    if (!closed) return new Runner({ ...options, ...account }, []);
    return new Runner(options, await passClosedDirectories(account, closed));
  }

  /** Waits for the program's end; gives what it printed. */
  run(binary: string, args: readonly string[]): Promise<string> {
    const [command = binary, ...rest] = [...this.prefix, binary, ...args];
    return new Promise((resolve, reject) => {
      execFile(command, rest, { ...this.options, encoding: 'utf8' }, (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const why = reasonIn(stderr) || error.message;
        reject(
          new EmbeddedPostgresError(
            `PostgreSQL's ${path.basename(binary)} failed (else set DATABASE_URL): ${why}`,
            error,
          ),
        );
      });
    });
  }

  /** Starts the program in a session of its own: Ctrl-C must not end it before the server above it has drained. */
  spawnDetached(binary: string, args: readonly string[], output: number): ChildProcess {
    const [command = binary, ...rest] = [...this.prefix, binary, ...args];
    const child = spawn(command, rest, { ...this.options, detached: true, stdio: ['ignore', output, output] });
    child.unref();
    return child;
  }
}

/** A directory that the account may not pass on its way to the paths, if there is one. */
async function closedDirectory(account: Account, paths: readonly string[]): Promise<string | undefined> {
  const all = [...paths, ...(await Promise.all(paths.map((one) => realpath(one))))];
  for (const directory of new Set(all.flatMap(withAncestors))) {
    const { mode, uid } = await stat(directory);
    if ((mode & (uid === account.uid ? 0o100 : 0o001)) === 0) return directory;
  }
  return undefined;
}

function withAncestors(file: string): string[] {
  const parent = path.dirname(file);
  return parent === file ? [file] : [...withAncestors(parent), file];
}

/**
 * Words before a command that drop root but keep the right to pass closed directories, as a clone in /root needs.
 * Without the secure bit access(2), which PostgreSQL asks first, would leave that right out.
 */
async function passClosedDirectories({ uid, gid }: Account, closed: string): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const capability = CAPABILITIES.find(({ bit }) => (held >> bit) & 1n)?.name;
  const words = ['setpriv', '--securebits', '+no_setuid_fixup', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const prefix = [...words, `--inh-caps=+${capability}`, `--ambient-caps=+${capability}`];
  if (capability && (await succeeds([...prefix, 'true']))) return prefix;
  throw new EmbeddedPostgresError(
    `PostgreSQL must not run as root, and ${closed} is closed to other users (setpriv, which could help, is missing ` +
      `or refused): open it with "chmod o+x", run as an ordinary user, or set DATABASE_URL`,
  );
}

function succeeds([command = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: '/', env: ENVIRONMENT }, (error) => resolve(error === null));
  });
}

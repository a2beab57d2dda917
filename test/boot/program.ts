import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { transform } from '@swc/core';
import { embeddedSocketDirectory } from '../../src/infra/database/connection.js';
import { endServer, lockFileOf } from '../../src/infra/embedded-postgres/postmaster.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Named like the directory of a run, so that a later run removes what a killed one left. */
const DIRECTORY_PREFIX = path.join(os.tmpdir(), `barong-test-${process.pid}-`);

/** Beside `.swcrc`. Without the first, swc drops `with { type: 'json' }` from imports, and Node refuses them. */
const COMPILER_OPTIONS = { jsc: { experimental: { keepImportAttributes: true } }, sourceMaps: false };

/** What oidc-provider says on Node 20, to whoever loads it. */
const RUNTIME_WARNING = /^oidc-provider WARNING: Unsupported runtime.*\n/m;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The program in processes of its own: compiled, in a directory like an installation's, which has no `.env`. */
export class Program {
  private readonly children: ChildProcess[] = [];
  private readonly dataDirs: string[] = [];

  private constructor(readonly directory: string) {}

  static async build(): Promise<Program> {
    const directory = await mkdtemp(`${DIRECTORY_PREFIX}program-`);
    await Promise.all(['src', 'migrations'].map((source) => compileAll(source, path.join(directory, 'dist'))));
    await cp(path.join(ROOT, 'config'), path.join(directory, 'config'), { recursive: true });
    for (const name of ['node_modules', 'public', 'package.json']) {
      await symlink(path.join(ROOT, name), path.join(directory, name));
    }
    return new Program(directory);
  }

  /**
   * Starts a program with nothing in its environment but what is given.
   * @param through a command that becomes the one it is given, such as `nice`
   */
  start(
    script: 'main' | 'cli',
    env: NodeJS.ProcessEnv,
    args: readonly string[] = [],
    through: readonly string[] = [],
  ): ProgramProcess {
    const [command = '', ...rest] = [...through, process.execPath, `dist/src/${script}.js`, ...args];
    const child = spawn(command, rest, {
      cwd: this.directory,
      env: { PATH: process.env.PATH, TMPDIR: os.tmpdir(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.push(child);
    return new ProgramProcess(child);
  }

  /** Runs a command to its end. */
  cli(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
    return this.start('cli', env, args).ended;
  }

  async makeDataDir(): Promise<string> {
    const dataDir = await mkdtemp(`${DIRECTORY_PREFIX}data-`);
    // When root runs the tests, the database runs as nobody and has to pass.
    await chmod(dataDir, 0o711);
    this.dataDirs.push(dataDir);
    return dataDir;
  }

  /** Ends all that was started, and deletes all that was made. */
  async remove(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    for (const dataDir of this.dataDirs) {
      await endServer(lockFileOf(path.join(dataDir, 'postgres')), 'SIGQUIT');
      await rm(embeddedSocketDirectory(dataDir), { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

export class ProgramProcess {
  stdout = '';
  private errors = '';
  /** When all that it said was read. */
  readonly ended: Promise<Ended>;
  /** When the process is gone, whoever reads. */
  readonly exited: Promise<{ code: number | null }>;

  constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exited = once(child, 'exit').then(([code]) => ({ code: code as number | null }));
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  get stderr(): string {
    return this.errors.replace(RUNTIME_WARNING, '');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(name);
  }

  /** From now on nobody reads what it says, until its pipes are full. */
  stopReading(): void {
    this.child.stdout?.pause();
  }

  /** From now on its pipes are closed. */
  closeOutputs(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Waits until the process has said this. */
  async printed(text: string): Promise<void> {
    await until(() => this.stdout.includes(text));
  }

  /** Waits until the server at this address answers that it is ready; throws when the process ends instead. */
  async ready(url: string): Promise<void> {
    await until(async () => {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.stderr}`);
      return (await statusOf(`${url}/health/ready`)) === 200;
    });
  }
}

/** Waits until the condition holds. Unlike test/support's, it does not load the whole application with it. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Status of the answer; undefined when nothing listens. */
export async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { headers: { connection: 'close' } });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

async function compileAll(source: string, target: string): Promise<void> {
  const entries = await readdir(path.join(ROOT, source), { recursive: true, withFileTypes: true });
  await Promise.all(
    entries
      .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const output = path.join(target, path.relative(ROOT, file)).replace(/\.tsx?$/, '.js');
        await mkdir(path.dirname(output), { recursive: true });
        if (!output.endsWith('.js')) return cp(file, output);
        const { code } = await transform(await readFile(file, 'utf8'), { filename: file, ...COMPILER_OPTIONS });
        await writeFile(output, code);
      }),
  );
}

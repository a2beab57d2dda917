import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { embeddedSocketDirectory } from '../database/connection.js';
import { findBinaries } from './binaries.js';
import { type ClusterOptions, ensureCluster } from './cluster.js';
import { ensureOwnedCluster, ensurePrivateDirectory } from './directories.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { endServer, lockFileOf, lockHolder, removeStaleLock, socketLockFile } from './postmaster.js';
import { countClients, probe } from './probe.js';
import { Runner, serverAccount } from './runner.js';
import { type ServerOptions, ServerProcess } from './server-process.js';

const START_TIMEOUT_MS = 60_000;
/** What closed connections get to leave the server before it counts who is still there. */
const LEAVE_TIMEOUT_MS = 1_000;
const POLL_MS = 20;

export interface EmbeddedPostgresOptions {
  /** Absolute path; the cluster is `postgres` in it, the log `postgres.log`. */
  readonly dataDir: string;
  /** False for tests: faster, but a crash of the machine may break the data. */
  readonly durable: boolean;
  /** Told what takes time, a line at a time. */
  readonly log?: (line: string) => void;
}

type Plan = ClusterOptions & ServerOptions;

/**
 * A PostgreSQL of our own for development and tests, reached by its socket only. It outlives this process when that
 * is killed, and serves all processes with the same data directory.
 */
export class EmbeddedPostgres {
  private constructor(
    readonly socketDirectory: string,
    private readonly cluster: string,
  ) {}

  /** Starts the server, or joins the one that runs; throws EmbeddedPostgresError. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    try {
      const plan = await prepare(options);
      await waitUntilReady(plan);
      return new EmbeddedPostgres(plan.socketDirectory, plan.cluster);
    } catch (error) {
      // A full disk or a missing permission: the system's own words name the file.
      const isOfSystem = error instanceof Error && 'syscall' in error;
      throw isOfSystem
        ? new EmbeddedPostgresError(`The embedded PostgreSQL cannot start: ${error.message}`, error)
        : error;
    }
  }

  /** Stops the server and waits for its end, unless others are connected; call it when our own pools are closed. */
  async stop(): Promise<void> {
    if (await this.isInUse()) return;
    await endServer(lockFileOf(this.cluster), 'SIGINT');
  }

  private async isInUse(): Promise<boolean> {
    const deadline = Date.now() + LEAVE_TIMEOUT_MS;
    // A server that does not answer is stopping or gone; then nobody uses it.
    while ((await countClients(this.socketDirectory).catch(() => 0)) > 0) {
      if (Date.now() > deadline) return true;
      await sleep(POLL_MS);
    }
    return false;
  }
}

async function prepare({ dataDir, durable, log = () => undefined }: EmbeddedPostgresOptions): Promise<Plan> {
  const cluster = path.join(dataDir, 'postgres');
  const socketDirectory = embeddedSocketDirectory(dataDir);
  const binaries = await findBinaries();
  await mkdir(dataDir, { recursive: true });
  const account = await serverAccount(cluster);
  await ensureOwnedCluster(cluster, account);
  await ensurePrivateDirectory(socketDirectory, account);
  const runner = await Runner.create(account, [binaries.postgres, dataDir, socketDirectory]);
  const logFile = path.join(dataDir, 'postgres.log');
  return { cluster, socketDirectory, logFile, binaries, account, runner, durable, log };
}

/** Two processes may do this at once: PostgreSQL lets one server live, and the other process joins it. */
async function waitUntilReady(plan: Plan): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  const ask = () => probe(plan.socketDirectory);
  let server: ServerProcess | undefined;
  await endOrphan(plan);
  for (let state = await ask(); state !== 'ready'; state = await ask()) {
    if (Date.now() > deadline) throw await notReady(plan);
    if (server?.hasEnded) {
      await server.throwUnlessOutrun();
      server = undefined;
      await sleep(5 * POLL_MS);
    } else if (state === 'absent' && !server) {
      server = await startServer(plan);
    } else {
      await sleep(POLL_MS);
    }
  }
}

/** A server whose cluster was deleted under it holds the socket for up to a minute. */
async function endOrphan({ cluster, socketDirectory }: Plan): Promise<void> {
  const socketLock = socketLockFile(socketDirectory);
  if ((await lockHolder(socketLock)) === undefined) return;
  // In this order: a server makes this file before the socket's, and removes it after.
  if (existsSync(lockFileOf(cluster))) return;
  await endServer(socketLock, 'SIGQUIT');
}

async function startServer(plan: Plan): Promise<ServerProcess> {
  await ensureCluster(plan);
  await removeStaleLock(lockFileOf(plan.cluster));
  await removeStaleLock(socketLockFile(plan.socketDirectory));
  return ServerProcess.spawn(plan);
}

async function notReady({ cluster, logFile }: Plan): Promise<EmbeddedPostgresError> {
  const holder = await lockHolder(lockFileOf(cluster));
  const hint = holder ? `process ${holder} holds ${cluster}; if it hangs, kill it` : 'see its log';
  return new EmbeddedPostgresError(`The embedded PostgreSQL is not ready: ${hint} (${logFile})`);
}

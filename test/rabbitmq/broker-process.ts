import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { connect } from 'amqplib';
import { freePort } from '../support/free-port.js';

/** Not the one in /usr/sbin, which would run as another user in a place of its own. */
const EXECUTABLE = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Somebody who may write to our exchange, and neither make it nor read; the password wants to be encoded in a URL. */
const WRITER = { name: 'barong', password: 'a/b@c:d%' };
/** A name with a slash, as brokers allow it. */
const VHOST = 'accounts/eu';

/** RabbitMQ in a directory of its own; what is durable survives its restarts. */
export interface Broker {
  /** With all rights. */
  url: string;
  /** Of a user that may only write to `barong.events.model`. */
  writerUrl: string;
  start(): Promise<void>;
  /** Ends it: orderly, or as a machine does that fails. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends everything and removes its directory. */
  remove(): Promise<void>;
}

/** Not started yet. */
export async function makeBroker(): Promise<Broker> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-rabbitmq-'));
  const ports = { amqp: await freePort(), distribution: await freePort(), epmd: await freePort() };
  const env = await environment(directory, ports);
  const children: ChildProcess[] = [];
  const run = (command: string, args: string[]) => {
    const child = spawn(command, args, { env, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };
  const end = async (child: ChildProcess | undefined, signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  // Erlang would leave one running for ever; of this one we know the process.
  const epmd = run('epmd', ['-address', '127.0.0.1', '-port', String(ports.epmd)]);
  await untilItListens(epmd, ports.epmd);
  let server: ChildProcess | undefined;
  const address = (user: string, password: string) =>
    `amqp://${user}:${encodeURIComponent(password)}@127.0.0.1:${ports.amqp}/${encodeURIComponent(VHOST)}`;
  return {
    url: address('guest', 'guest'),
    writerUrl: address(WRITER.name, WRITER.password),
    start: async () => {
      server = run(EXECUTABLE, []);
      await untilItAnswers(server, address('guest', 'guest'));
    },
    stop: (signal = 'SIGTERM') => end(server, signal),
    remove: async () => {
      for (const child of children.reverse()) await end(child, 'SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function environment(
  directory: string,
  ports: { amqp: number; distribution: number; epmd: number },
): Promise<NodeJS.ProcessEnv> {
  const inside = (name: string) => path.join(directory, name);
  await mkdir(inside('home'));
  await writeFile(inside('plugins'), '[].');
  await writeFile(inside('definitions.json'), JSON.stringify(DEFINITIONS));
  await writeFile(
    inside('rabbitmq.conf'),
    [`listeners.tcp.local = 127.0.0.1:${ports.amqp}`, `load_definitions = ${inside('definitions.json')}`].join('\n'),
  );
  return {
    PATH: process.env.PATH,
    HOME: inside('home'),
    // So that what is started here is the broker, not a shell beside it.
    RUNNING_UNDER_SYSTEMD: 'true',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(ports.epmd),
    RABBITMQ_NODENAME: `barong${ports.amqp}@localhost`,
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 1',
    RABBITMQ_CONFIG_FILE: inside('rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: inside('none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inside('plugins'),
    RABBITMQ_MNESIA_BASE: inside('mnesia'),
    RABBITMQ_LOG_BASE: inside('log'),
    RABBITMQ_PID_FILE: inside('pid'),
  };
}

const ALL = '.*';
const DEFINITIONS = {
  users: [
    { name: 'guest', password: 'guest', tags: 'administrator' },
    { ...WRITER, tags: '' },
  ],
  vhosts: [{ name: VHOST }],
  permissions: [
    { user: 'guest', vhost: VHOST, configure: ALL, write: ALL, read: ALL },
    { user: WRITER.name, vhost: VHOST, configure: '^$', write: '^barong\\.events\\.model$', read: '^$' },
  ],
};

const untilItListens = (child: ChildProcess, port: number) =>
  until(child, async () => {
    const socket = connectSocket(port, '127.0.0.1');
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      once(socket, 'error').then(() => ['error']),
    ]).catch(() => ['error']);
    socket.destroy();
    return event === 'connect';
  });

const untilItAnswers = (child: ChildProcess, url: string) =>
  until(child, async () => {
    const connection = await connect(url, { timeout: 2_000 }).catch(() => undefined);
    await connection?.close();
    return connection !== undefined;
  });

/** @throws Error with what the process says, when it ends instead */
async function until(child: ChildProcess, condition: () => Promise<boolean>): Promise<void> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  while (!(await condition())) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} while starting:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

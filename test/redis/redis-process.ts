import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.js';

const EXECUTABLE = '/usr/bin/redis-server';
/** What may not show anywhere. */
export const PASSWORD = 'the-password-of-redis';

/** A Redis of its own, on a free port of this machine, with a directory of its own; what it keeps outlives a restart. */
export class RedisProcess {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    readonly port: number,
    private readonly isSecure: boolean,
  ) {}

  /** @param isSecure speaks TLS, with the certificate of `certificate` */
  static async start({ isSecure = false } = {}): Promise<RedisProcess> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-redis-'));
    const redis = new RedisProcess(directory, await freePort(), isSecure);
    if (isSecure) await redis.makeCertificate();
    await redis.resume();
    return redis;
  }

  get url(): string {
    return `${this.isSecure ? 'rediss' : 'redis'}://:${PASSWORD}@localhost:${this.port}`;
  }

  /** Path of the certificate, which signs itself. */
  get certificate(): string {
    return path.join(this.directory, 'certificate.pem');
  }

  /** Starts it again with what it kept. @throws Error when it ends instead of listening */
  async resume(): Promise<void> {
    const port = String(this.port);
    const listen = this.isSecure
      ? ['--port', '0', '--tls-port', port, '--tls-cert-file', this.certificate, '--tls-key-file', this.key]
      : ['--port', port];
    const keep = ['--dir', this.directory, '--save', '', '--appendonly', 'yes'];
    const tls = this.isSecure ? ['--tls-auth-clients', 'no'] : [];
    const args = [...listen, ...tls, ...keep, '--bind', '127.0.0.1', '::1', '--requirepass', PASSWORD];
    const child = spawn(EXECUTABLE, args, { stdio: 'ignore' });
    this.child = child;
    while (!(await this.listens())) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  /** Ends it and removes what it kept. */
  async clean(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private get key(): string {
    return path.join(this.directory, 'key.pem');
  }

  private async makeCertificate(): Promise<void> {
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
    const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost', '-addext', names];
    await promisify(execFile)('openssl', ['req', ...kind, '-keyout', this.key, '-out', this.certificate]);
  }

  private listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}

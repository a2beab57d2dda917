import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Nginx, runNginx } from '../nginx/nginx-process.js';
import { answersAt } from './travellers.js';

const FILE = path.resolve(import.meta.dirname, '../../deploy/nginx/balancer.conf');
const SERVER_LINE = /^ *server server-\d:3000(.*;)\n/gm;

/** One request as the balancer saw it: with more than one upstream it was tried again. */
export interface Passage {
  method: string;
  path: string;
  status: number;
  /** Ports, in the order in which they were asked. */
  upstreams: number[];
}

export interface Balancer extends Pick<Nginx, 'errors'> {
  /** Of its certificate. */
  ca: string;
  passages(): Promise<Passage[]>;
  stop(): Promise<void>;
}

export interface Certificate {
  directory: string;
  ca: string;
}

export async function makeCertificate(): Promise<Certificate> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-balancer-'));
  const key = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  const files = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', 'server.key', '-out', 'server.crt'];
  const { status, stderr } = spawnSync('openssl', [...key, ...files], { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return { directory, ca: await readFile(path.join(directory, 'server.crt'), 'utf8') };
}

/** nginx with deploy/nginx/balancer.conf as it stands, but for addresses. */
export async function startBalancer(port: number, servers: number[], certificate: Certificate): Promise<Balancer> {
  const { directory, ca } = certificate;
  const configuration = await filledIn(port, servers, directory);
  const isUp = () => answersAt(`https://localhost:${port}/health/live`);
  const nginx = await runNginx(configuration, isUp, '$request_method $uri $status $upstream_addr');
  const stop = async () => {
    await nginx.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const passages = async () => (await nginx.requests()).map(passageOf);
  return { ca, errors: nginx.errors, passages, stop };
}

/** @throws Error when the file does not have what is to be replaced */
async function filledIn(port: number, servers: number[], directory: string): Promise<string> {
  let text = await readFile(FILE, 'utf8');
  const [parameters, ...others] = new Set([...text.matchAll(SERVER_LINE)].map(([, after = '']) => after));
  if (parameters === undefined || others.length > 0) throw new Error(`${FILE} treats its servers differently`);
  text = text.replace(SERVER_LINE, '');
  const lines = servers.map((server) => `server 127.0.0.1:${server}${parameters}`).join('\n');
  for (const [from, to] of [
    ['upstream barong {\n', `upstream barong {\n${lines}\n`],
    ['listen 8443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['/etc/nginx/tls/server.crt', `${directory}/server.crt`],
    ['/etc/nginx/tls/server.key', `${directory}/server.key`],
  ] as const) {
    if (text.split(from).length !== 2) throw new Error(`${FILE} does not have ${from} once`);
    text = text.replace(from, to);
  }
  return text;
}

/** nginx puts commas between the upstreams that were asked. */
function passageOf(line: string): Passage {
  const [method = '', uri = '', status, ...addresses] = line.split(' ');
  const upstreams = addresses
    .join('')
    .split(',')
    .map((address) => Number(address.split(':')[1]));
  return { method, path: uri, status: Number(status), upstreams };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const EXECUTABLE = '/usr/sbin/nginx';
const EXAMPLE = path.resolve(import.meta.dirname, '../../deploy/nginx/forward-auth.conf');

export interface Ports {
  /** Where nginx listens itself. */
  nginx: number;
  barong: number;
  site: number;
}

/** nginx with nothing but our example, in a directory of its own; it ends with `stop`. */
export interface Nginx {
  /** Everything it complained about. */
  errors(): string;
  stop(): Promise<void>;
}

/** @throws Error with what nginx says, when it ends instead of listening */
export async function startNginx(ports: Ports): Promise<Nginx> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-nginx-'));
  await writeFile(path.join(directory, 'forward-auth.conf'), await filledIn(ports));
  await writeFile(path.join(directory, 'nginx.conf'), mainFile(directory));
  const child = spawn(EXECUTABLE, ['-p', directory, '-c', path.join(directory, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  const answers = () =>
    fetch(`http://127.0.0.1:${ports.nginx}/_auth`).then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null) {
      await stop();
      throw new Error(`nginx ended while starting:\n${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { errors: () => errors, stop };
}

/** The example with the addresses of the test. @throws Error when it does not have one of those to be replaced */
async function filledIn(ports: Ports): Promise<string> {
  let text = await readFile(EXAMPLE, 'utf8');
  const addresses = { '127.0.0.1:8000;': ports.nginx, '127.0.0.1:3000;': ports.barong, '127.0.0.1:8080;': ports.site };
  for (const [address, port] of Object.entries(addresses)) {
    if (text.split(address).length !== 2) throw new Error(`${EXAMPLE} does not name ${address} once`);
    text = text.replace(address, `127.0.0.1:${port};`);
  }
  return text;
}

/** One process in the foreground, which writes into its own directory only. */
function mainFile(directory: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    master_process off;
    error_log stderr;
    pid ${directory}/nginx.pid;
    events {}
    http {
      access_log off;
      ${kinds.map((kind) => `${kind}_temp_path ${directory}/${kind};`).join('\n')}
      include ${directory}/forward-auth.conf;
    }`;
}

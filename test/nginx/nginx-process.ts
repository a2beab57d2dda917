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

/** nginx with nothing but the given configuration, in a directory of its own; it ends with `stop`. */
export interface Nginx {
  /** Everything it complained about. */
  errors(): string;
  /** The lines of its access log, once they were asked for. */
  requests(): Promise<string[]>;
  stop(): Promise<void>;
}

/** nginx with nothing but our example. @throws Error with what nginx says, when it ends instead of listening */
export async function startNginx(ports: Ports): Promise<Nginx> {
  return runNginx(await filledIn(ports), () => answers(`http://127.0.0.1:${ports.nginx}/_auth`));
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/**
 * @param configuration what stands in the http block
 * @param isUp whether it answers already
 * @param logFormat of the access log; without one there is none
 * @throws Error with what nginx says, when it ends instead of listening
 */
export async function runNginx(
  configuration: string,
  isUp: () => Promise<boolean>,
  logFormat?: string,
): Promise<Nginx> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-nginx-'));
  const accessLog = path.join(directory, 'access.log');
  await writeFile(path.join(directory, 'http.conf'), configuration);
  const log =
    logFormat === undefined ? 'access_log off;' : `log_format ours '${logFormat}'; access_log ${accessLog} ours;`;
  await writeFile(path.join(directory, 'nginx.conf'), mainFile(directory, log));
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
  while (!(await isUp())) {
    if (child.exitCode !== null) {
      await stop();
      throw new Error(`nginx ended while starting:\n${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const requests = async () => (await readFile(accessLog, 'utf8')).trimEnd().split('\n');
  return { errors: () => errors, requests, stop };
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
function mainFile(directory: string, log: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    master_process off;
    error_log stderr;
    pid ${directory}/nginx.pid;
    events {}
    http {
      ${log}
      ${kinds.map((kind) => `${kind}_temp_path ${directory}/${kind};`).join('\n')}
      include ${directory}/http.conf;
    }`;
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 5;

/** The seed file and the style sheet are found from here. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const running = new Set();

/** Starts a script in a process of its own; what it prints to stderr is shown. */
export function startProcess(script, env, args = []) {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(script, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts an HTTP server and waits until `path` answers 200. */
export async function startServer({ script, env = {}, path }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = startProcess(script, { ...env, PORT: String(port), HOST: '127.0.0.1', PUBLIC_URL: url });
  while (!(await answers(url + path))) {
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode} before it was ready`);
    if (performance.now() - startedAt > READY_TIMEOUT_MS) throw new Error(`${script} does not get ready`);
    await sleep(POLL_MS);
  }
  return { child, url, pid: child.pid, startUpMs: performance.now() - startedAt };
}

/** Asks a process to end and waits for it; one that does not is killed. */
export async function stopProcess(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(late);
}

export async function stopAll() {
  await Promise.all([...running].map(stopProcess));
}

/** Memory of a process that is in RAM, in MB; NaN where there is no /proc. */
export async function residentMegabytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

async function answers(url) {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

import { createServer } from 'node:net';

/**
 * Where servers of tests listen: below the ports that Linux gives to outgoing connections (from 32768 on). A port that
 * is free now would otherwise be taken, now and then, by a connection before the server it was meant for is up.
 */
const FIRST = 12_000;
const PORTS = 20_000;
/** Jest's workers run at the same time: each looks in a range of its own. */
const WORKERS = 8;
const RANGE = PORTS / WORKERS;

const worker = Number(process.env.JEST_WORKER_ID ?? 1) % WORKERS;
let next = Math.floor(Math.random() * RANGE);

/** A port of this machine that nobody listens on, and that no other call of this process has given out lately. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < RANGE; tries += 1) {
    const port = FIRST + worker * RANGE + next;
    next = (next + 1) % RANGE;
    if (await canListen(port)) return port;
  }
  throw new Error('no free port');
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Lifecycle } from '../infra/telemetry/lifecycle.service.js';

/** Balancers need this long to hear that this replica wants no more requests (CONTROLS C-84). */
const PROPAGATION_MS = 5_000;
/** What requests in hand get to finish. */
const IN_FLIGHT_MS = 20_000;
/** How soon a connection is closed whose request is done. */
const IDLE_CHECK_MS = 100;

/**
 * Ends the process in order when it is asked to: not ready any more, then no new connections, then the requests and
 * jobs in hand, then the database. A second signal changes nothing.
 * @param afterwards what is left to do when the application is closed
 */
export function drainOnSignal(
  app: NestExpressApplication,
  isProduction: boolean,
  afterwards: () => Promise<void>,
): void {
  const server = app.getHttpServer();
  const unused = unusedConnections(server);
  let draining = false;
  const drain = async (): Promise<void> => {
    app.get(Lifecycle).startDraining();
    server.prependListener('request', (_: unknown, response: ServerResponse) => {
      response.setHeader('Connection', 'close');
    });
    if (isProduction) await sleep(PROPAGATION_MS);
    await closeServer(server, unused);
    await app.close();
    await afterwards();
  };
  const end = (): void => {
    if (draining) return;
    draining = true;
    drain().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`could not shut down in order: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
}

/** Connections that browsers and balancers open ahead and have sent nothing on; Node does not count them as idle. */
function unusedConnections(server: Server): () => Socket[] {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return () => [...connections].filter((socket) => socket.bytesRead === 0);
}

async function closeServer(server: Server, unused: () => Socket[]): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Connections that are kept for requests to come would hold up the end.
  const idle = setInterval(() => {
    server.closeIdleConnections();
    for (const socket of unused()) socket.destroy();
  }, IDLE_CHECK_MS);
  const late = setTimeout(() => server.closeAllConnections(), IN_FLIGHT_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}

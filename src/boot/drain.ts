import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Lifecycle } from '../infra/telemetry/lifecycle.service.js';

/** Balancers need this long to hear that this replica wants no more requests (CONTROLS C-84). */
const PROPAGATION_MS = 5_000;
/** So long a connection without a request is left open for one last; balancer.conf closes its own before that. */
const LAST_REQUEST_MS = 5_000;
/** What requests in hand get to finish. */
const IN_FLIGHT_MS = 20_000;
/** How soon a connection is closed whose request is done. */
const IDLE_CHECK_MS = 100;
/** A turn of the event loop that took less had next to nothing to do. */
const QUIET_TURN_MS = 0.2;
const MOST_TURNS = 500;

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
  const closing = new ClosingServer(server);
  let draining = false;
  const drain = async (): Promise<void> => {
    app.get(Lifecycle).startDraining();
    if (isProduction) await sleep(PROPAGATION_MS);
    await closing.close(isProduction ? LAST_REQUEST_MS : 0);
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

/** Closes a server so that balancers which do not ask whether it is ready lose no request either. */
class ClosingServer {
  private readonly connections = new Set<Socket>();
  private readonly inHand = new Set<ServerResponse>();
  private isClosing = false;

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
    server.prependListener('request', (_: unknown, response: ServerResponse) => {
      if (this.isClosing) return void response.setHeader('Connection', 'close');
      this.inHand.add(response);
      response.once('close', () => this.inHand.delete(response));
    });
  }

  /**
   * Takes no more connections, says with each answer that its connection is over, and closes the others.
   * @param lastRequestMs before connections without a request are closed: a balancer may be sending one
   */
  async close(lastRequestMs: number): Promise<void> {
    await quietTurn();
    // Not that of http.Server, which cuts connections between two requests off at once.
    const closed = new Promise<void>((resolve) => void NetServer.prototype.close.call(this.server, () => resolve()));
    // Not sooner: each connection that is given up is replaced by a new one, and those can get lost at the very end.
    this.isClosing = true;
    for (const response of this.inHand) if (!response.headersSent) response.setHeader('Connection', 'close');
    const late = setTimeout(() => this.server.closeAllConnections(), IN_FLIGHT_MS);
    let idle: NodeJS.Timeout | undefined;
    const patience = setTimeout(() => (idle = setInterval(() => this.closeIdle(), IDLE_CHECK_MS)), lastRequestMs);
    await closed;
    for (const timer of [late, patience, idle]) clearTimeout(timer);
  }

  private closeIdle(): void {
    this.server.closeIdleConnections();
    // Those that browsers and balancers open ahead and have sent nothing on; Node does not count them as idle.
    for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
  }
}

/** The kernel resets connections that it has made and we have not taken yet: close when none can be waiting for long. */
async function quietTurn(): Promise<void> {
  for (let turns = 0; turns < MOST_TURNS; turns += 1) {
    const before = performance.now();
    await turn();
    await turn();
    if (performance.now() - before < QUIET_TURN_MS) return;
  }
}

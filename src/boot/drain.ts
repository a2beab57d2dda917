import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Lifecycle } from '../infra/telemetry/lifecycle.service.js';

/** Balancers need this long to hear that this replica wants no more requests (CONTROLS C-84). */
const PROPAGATION_MS = 5_000;
/** What requests in hand get to finish. */
const IN_FLIGHT_MS = 20_000;

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
  let draining = false;
  const drain = async (): Promise<void> => {
    if (draining) return;
    draining = true;
    app.get(Lifecycle).startDraining();
    if (isProduction) await sleep(PROPAGATION_MS);
    await closeServer(app.getHttpServer());
    await app.close();
    await afterwards();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      drain().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`could not shut down in order: ${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), IN_FLIGHT_MS);
  await closed;
  clearTimeout(late);
}

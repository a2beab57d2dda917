import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { freePort } from './app.js';

/** A way to a database that can be cut, as when its machine or the net goes away. */
export interface DatabaseProxy {
  /** For DATABASE_URL. */
  url: string;
  /** Ends all connections and lets no new one in. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** @param url of a database behind a socket, as `createTestDatabase` gives it */
export async function startDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const target = new URL(url);
  const socketFile = path.join(target.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  const forward = (client: Socket): void => {
    const upstream = connect(socketFile);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  };
  const mend = async (): Promise<void> => {
    server = createServer(forward);
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
  };
  const cut = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await mend();
  return { url: `postgresql://barong@127.0.0.1:${port}${target.pathname}`, cut, mend };
}

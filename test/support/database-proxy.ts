import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { freePort } from './free-port.js';

/** A way to a database that can be cut, as when its machine or the net goes away. */
export interface DatabaseProxy {
  /** For DATABASE_URL. */
  url: string;
  /** Ends all connections and lets no new one in. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Ends the one connection on which a certain message is sent, just then. @returns when that has happened */
  cutAt(trap: Trap): Promise<void>;
}

export interface Trap {
  /** Whether this is the message; `before` is what was sent on the connection since its transaction began. */
  message: (text: string, before: string) => boolean;
  /** The message never arrives, or it is done and its answer never comes. */
  lost: 'message' | 'answer';
}

/** Of the server's messages, the one that ends an answer: its kind, its length, and a state. */
const ANSWERED = ['I', 'T', 'E'].map((state) => `Z\0\0\0\u0005${state}`);

/** @param url of a database behind a socket, as `createTestDatabase` gives it */
export async function startDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const target = new URL(url);
  const socketFile = path.join(target.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let set: (Trap & { sprung: () => void }) | undefined;

  /** Takes the trap away when this is what it waits for. */
  const springs = (text: string, before: string): typeof set => {
    const sprung = set?.message(text, before) ? set : undefined;
    if (sprung) set = undefined;
    return sprung;
  };
  const forward = (client: Socket): void => {
    const upstream = connect(socketFile);
    let before = '';
    let caught: typeof set;
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (/^Q....(START TRANSACTION|BEGIN)/s.test(text)) before = '';
      caught ??= springs(text, before);
      before += text;
      if (caught?.lost !== 'message') return void upstream.write(chunk);
      client.destroy();
      caught.sprung();
    });
    upstream.on('data', (chunk) => {
      if (!caught) return void client.write(chunk);
      if (!ANSWERED.includes(chunk.subarray(-6).toString('latin1'))) return;
      client.destroy();
      caught.sprung();
    });
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
  const cutAt = (trap: Trap): Promise<void> =>
    new Promise((resolve) => {
      set = { ...trap, sprung: resolve };
    });
  await mend();
  return { url: `postgresql://barong@127.0.0.1:${port}${target.pathname}`, cut, mend, cutAt };
}

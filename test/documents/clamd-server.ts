import { createServer, type Socket } from 'node:net';

/** A server that speaks ClamAV's INSTREAM, says what it is told to, and keeps what it was sent. */
export interface ClamdServer {
  port: number;
  /** What it answers; undefined closes the connection without a word, null leaves it open. */
  answer: string | undefined | null;
  /** Streams in the order they came. */
  received: Buffer[];
  close(): Promise<void>;
}

export async function startClamd(port = 0): Promise<ClamdServer> {
  const open = new Set<Socket>();
  const clamd: ClamdServer = { port: 0, answer: 'stream: OK', received: [], close: () => Promise.resolve() };
  const server = createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => undefined));
    let bytes = Buffer.alloc(0);
    socket.on('data', (more: Buffer) => {
      bytes = Buffer.concat([bytes, more]);
      const stream = streamIn(bytes);
      if (stream === undefined) return;
      clamd.received.push(stream);
      if (typeof clamd.answer === 'string') socket.write(`${clamd.answer}\0`);
      if (clamd.answer !== null) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  clamd.port = (server.address() as { port: number }).port;
  clamd.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return clamd;
}

/** The file of a whole INSTREAM command; undefined while more must come. */
function streamIn(bytes: Buffer): Buffer | undefined {
  const command = Buffer.from('zINSTREAM\0');
  if (bytes.length < command.length) return undefined;
  if (!bytes.subarray(0, command.length).equals(command)) throw new Error('not INSTREAM');
  const chunks: Buffer[] = [];
  for (let at = command.length; at + 4 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}

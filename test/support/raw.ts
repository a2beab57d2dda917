import { connect } from 'node:net';
import type { TestApp } from './app.js';
import type { Answer } from './client.js';

/**
 * Sends a request byte by byte as given, which no proper client would, and reads what comes until the server hangs up;
 * so ask for `Connection: close`. Line ends may be plain.
 */
export async function raw(server: TestApp, head: string, body: string | Buffer = ''): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head.trim().replace(/\r?\n/g, '\r\n')}\r\n\r\n`);
      socket.write(body);
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve());
    // A server that refuses early may reset what is still being sent; its answer counts.
    socket.on('error', (error) => (chunks.length > 0 ? resolve() : reject(error)));
  });
  return parse(Buffer.concat(chunks).toString());
}

function parse(text: string): Answer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
  return { status: Number(statusLine.split(' ')[1]), headers, body: json(body) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text;
  }
}

import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';

export interface Arrival {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A site behind the proxy, which answers with what arrived at it. */
export async function startSite(port: number): Promise<{ arrivals: Arrival[]; stop(): Promise<void> }> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const arrival = { method: request.method, url: request.url, headers: request.headers, body };
      arrivals.push(arrival);
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(arrival));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { arrivals, stop };
}

import { stringify } from 'node:querystring';
import { Readable } from 'node:stream';
import type { Request } from 'express';

/** Lets the provider read a form that was read, and perhaps changed, already: it wants to read every body itself. */
export function replayBody(request: Request): void {
  if (request.body === undefined) return;
  const body = Buffer.from(stringify(request.body as Record<string, string | string[]>));
  // A chunked body has a length now.
  delete request.headers['transfer-encoding'];
  request.headers['content-length'] = String(body.length);
  Object.defineProperties(request, {
    readable: { value: true },
    iterator: { value: () => Readable.from([body]) },
  });
}

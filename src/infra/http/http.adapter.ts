import http, { IncomingMessage, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Response } from 'express';

/** Whole request 15 s, its head 10 s (CONTROLS 2): slow senders do not keep connections. */
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than balancers keep a connection that nothing comes on (60 s), or they send a request on one that we close. */
const KEEP_ALIVE_MS = 65_000;
/** From Node 24 on the engine handles a changed prototype well and the trick below costs more than it brings. */
const PROTOTYPES_MATTER = Number(process.versions.node.split('.')[0]) < 24;

/** Express as Nest uses it, except that what a handler returns is always sent as JSON unless it says otherwise. */
export class HttpAdapter extends ExpressAdapter {
  constructor() {
    const app = express();
    app.disable('x-powered-by');
    app.disable('etag');
    super(app);
  }

  /** `null` and strings are JSON values here; Nest would send an empty body and plain text. */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (statusCode) response.status(statusCode);
    if (response.statusCode === 204) return response.end();
    if (typeof body === 'string' && response.hasHeader('Content-Type')) return response.send(body);
    return response.json(body ?? null);
  }

  override initHttpServer(): void {
    const handler = this.getInstance<express.Express>();
    const server = PROTOTYPES_MATTER ? http.createServer(expressClasses(handler), handler) : http.createServer(handler);
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.setHttpServer(server);
  }
}

/**
 * Express gives every request and response its own prototypes after they were made, which costs more than all the rest
 * of an empty request. Requests and responses that are made with them from the start are left alone.
 */
function expressClasses(app: express.Express): http.ServerOptions {
  return {
    IncomingMessage: withPrototype(IncomingMessage, app.request),
    ServerResponse: withPrototype(ServerResponse, app.response),
  };
}

/** Called and not constructed: before Node 24 both are functions, and Reflect.construct doubles what a request costs. */
function withPrototype<Base>(base: Base, prototype: object): Base {
  function Made(this: object, first: unknown, second: unknown): void {
    (base as (this: object, ...args: unknown[]) => void).call(this, first, second);
  }
  Made.prototype = prototype;
  return Made as Base;
}

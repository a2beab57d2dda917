import type { NextFunction, Request, RequestHandler, Response } from 'express';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key';
const EXPOSED_HEADERS = [
  ...['Total', 'Total-Approximate', 'Page', 'Per-Page'],
  ...['Retry-After', 'WWW-Authenticate', 'X-Request-Id', 'Idempotency-Replayed'],
].join(', ');
/** How long a browser may remember that it may ask, in seconds. */
const PREFLIGHT_MAX_AGE = '600';

/**
 * Lets scripts of registered origins call the API with a bearer token; never with cookies (CONTROLS C-50).
 * Other origins get no CORS headers, so that the browser keeps the answer from them.
 */
export function cors(isAllowed: (origin: string) => Promise<boolean>): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    response.vary('Origin');
    const origin = request.get('origin');
    if (origin === undefined || origin === 'null') return next();
    isAllowed(origin).then((allowed) => {
      if (!allowed) return next();
      response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED_HEADERS });
      if (request.method !== 'OPTIONS' || !request.get('access-control-request-method')) return next();
      response.set({
        'Access-Control-Allow-Methods': METHODS,
        'Access-Control-Allow-Headers': REQUEST_HEADERS,
        'Access-Control-Max-Age': PREFLIGHT_MAX_AGE,
      });
      response.status(204).end();
    }, next);
  };
}

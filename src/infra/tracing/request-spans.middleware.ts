import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { methodOf, routeOf, UNMATCHED } from '../metrics/request-route.js';
import { type Attributes, beginRoot, type Outcome, within } from './spans.js';

/** Asked all day by machines, and of interest to nobody. */
const HEALTH = '/health/';

/**
 * One trace a request, named by the pattern of its route. A `traceparent` counts from proxies in TRUST_PROXY alone:
 * others could have everything recorded, or put what they do into the traces of somebody else. `tracestate` and
 * `baggage` are not read at all: they hold what anybody likes.
 * @param isTrusted judges the address of a connection
 */
export function requestSpans(isTrusted: (peer: string) => boolean): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.path.startsWith(HEALTH)) return next();
    const { remoteAddress: peer } = request.socket;
    const parent = peer !== undefined && isTrusted(peer) ? request.headers.traceparent : undefined;
    const method = methodOf(request);
    const root = beginRoot(method, 'server', startOf(request, method), parent);
    if (!root) return next();
    response.on('close', () => {
      const route = routeOf(request);
      root.rename(`${method} ${route}`);
      root.end(endOf(response, route));
    });
    within(root, next);
  };
}

function startOf(request: Request, method: string) {
  return {
    'http.request.method': method === 'other' ? '_OTHER' : method,
    'url.scheme': request.secure ? 'https' : 'http',
    // What answers, logs and the audit record call it; made up by us.
    'barong.request_id': (request as Request & { id: string }).id,
  };
}

function endOf({ statusCode, writableEnded }: Response, route: string): Outcome {
  const found: Attributes = route === UNMATCHED ? {} : { 'http.route': route };
  if (!writableEnded) return { attributes: { ...found, 'error.type': 'caller_left' } };
  const attributes = { ...found, 'http.response.status_code': statusCode };
  return { attributes, trouble: statusCode >= 500 ? String(statusCode) : undefined };
}

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { requestDuration, requests } from './metrics.js';
import { methodOf, routeOf } from './request-route.js';

/** The caller went away before the answer was complete; the number is nginx's. */
export const CALLER_LEFT = 499;

/** Counts and times every request. */
export function requestMetrics(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    response.on('close', () => {
      const method = methodOf(request);
      const route = routeOf(request);
      const status = response.writableEnded ? response.statusCode : CALLER_LEFT;
      requests.inc({ method, route, status });
      requestDuration.observe({ method, route }, (performance.now() - startedAt) / 1000);
    });
    next();
  };
}

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { requestDuration, requests } from './metrics.js';
import { routeOf } from './request-route.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** The caller went away before the answer was complete; the number is nginx's. */
export const CALLER_LEFT = 499;

/** Counts and times every request. */
export function requestMetrics(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    response.on('close', () => {
      const method = METHODS.includes(request.method) ? request.method : 'other';
      const route = routeOf(request);
      const status = response.writableEnded ? response.statusCode : CALLER_LEFT;
      requests.inc({ method, route, status });
      requestDuration.observe({ method, route }, (performance.now() - startedAt) / 1000);
    });
    next();
  };
}

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { CALLER_LEFT } from '../metrics/request-metrics.middleware.js';
import { routeOf } from '../metrics/request-route.js';
import { bound } from '../tracing/spans.js';

/**
 * One line a request: never a query string, a body or a header, and the route's pattern in place of the path where
 * there is one, since paths can carry tokens and keys (CONTROLS C-59).
 */
export function accessLog(logger: Logger): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const written = bound(() => {
      logger.info({
        msg: 'request',
        method: request.method,
        route: routeOf(request),
        status: response.writableEnded ? response.statusCode : CALLER_LEFT,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        request_id: (request as Request & { id?: string }).id,
      });
    });
    response.on('close', written);
    next();
  };
}

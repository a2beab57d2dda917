import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { RequestErrors } from '../../common/request-errors.js';

/** Probes come by the address of the pod, and proxies ask in the name of the sites behind them. */
const BY_ANY_NAME = /^\/(health\/|auth\/verify$)/;

/**
 * Refuses requests under a name that is not ours (RFC 9110, section 15.5.20; CONTROLS C-55): nothing is made of the
 * name, but whoever sent it, a cache or a proxy, may believe that it means something.
 * @param isOurs judges `Host`, or what a trusted proxy says it was; it may carry a port
 */
export function knownHosts(isOurs: (host: string) => boolean): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (BY_ANY_NAME.test(request.path) || isOurs(request.host ?? '')) return next();
    const { status, refusal: error, code } = RequestErrors.unknownHost();
    response.status(status).json({ error, code });
  };
}

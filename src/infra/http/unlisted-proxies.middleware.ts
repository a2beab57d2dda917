import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** What proxies add to requests and programs have no reason to (RFC 7239; RFC 9110, section 7.6.3). */
const TRACES = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'] as const;

/**
 * Notices proxies that nobody said would be there. Costs four looks at the headers where there is none.
 * One in front of a listed proxy stays unseen: clients can make up what it would add, and so would raise the alarm.
 * @param isTrusted judges the address of a connection
 */
export function noticeUnlistedProxies(isTrusted: (peer: string) => boolean, note: () => void): RequestHandler {
  return ({ headers, socket: { remoteAddress: peer } }: Request, _response: Response, next: NextFunction) => {
    if (TRACES.some((name) => headers[name] !== undefined) && peer !== undefined && !isTrusted(peer)) note();
    next();
  };
}

import { isIP } from 'node:net';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Where a request came from, as far as the records of sessions and the audit log care. */
export interface RequestOrigin {
  /** The client's address, seen through trusted proxies only. */
  ip: string;
  /** As sent, cut to 255 characters; empty when there is none. */
  userAgent: string;
  requestId: string;
}

/** The request's id as set by the request-id middleware; it also leaves as `X-Request-Id`. */
export function requestIdOf(request: Request): string {
  return (request as Request & { id?: string }).id ?? '';
}

export function originOf(request: Request): RequestOrigin {
  return {
    ip: addressOf(request),
    userAgent: (request.get('user-agent') ?? '').slice(0, 255),
    requestId: requestIdOf(request),
  };
}

/** What a proxy passed on may be no address at all; then the proxy's own is the best we know (CONTROLS C-11). */
function addressOf({ ip = '', socket }: Request): string {
  return isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;
}

/** Hands a controller the origin of its request. */
export const Origin = createParamDecorator((_: unknown, context: ExecutionContext): RequestOrigin =>
  originOf(context.switchToHttp().getRequest<Request>()),
);

import type { Request } from 'express';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
export const UNMATCHED = 'unmatched';
const NAME = Symbol('route');

type Named = Request & { [NAME]?: string };

/** Names the route of a request that no router of ours answers. @param name one of a few */
export function nameRoute(request: Request, name: string): void {
  (request as Named)[NAME] = name;
}

/** The pattern of the route that was found, or `unmatched`: never the path, of which there is no end. */
export function routeOf(request: Request): string {
  const pattern = (request.route as { path?: unknown } | undefined)?.path;
  return (request as Named)[NAME] ?? (typeof pattern === 'string' ? pattern : UNMATCHED);
}

/** The method, or `other`: callers make up words of their own. */
export function methodOf({ method }: Request): string {
  return METHODS.includes(method) ? method : 'other';
}

import type { Request } from 'express';

const NAME = Symbol('route');

type Named = Request & { [NAME]?: string };

/** Names the route of a request that no router of ours answers. @param name one of a few */
export function nameRoute(request: Request, name: string): void {
  (request as Named)[NAME] = name;
}

/** The pattern of the route that was found, or `unmatched`: never the path, of which there is no end. */
export function routeOf(request: Request): string {
  const pattern = (request.route as { path?: unknown } | undefined)?.path;
  return (request as Named)[NAME] ?? (typeof pattern === 'string' ? pattern : 'unmatched');
}

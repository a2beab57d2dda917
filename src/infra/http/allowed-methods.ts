import { NotFoundException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { AppError } from '../../common/app-error.js';
import { RequestErrors } from '../../common/request-errors.js';

/** The part of an Express route that matters here. */
interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** Methods that some route has for the path of this request, as an Allow header names them; empty for no route. */
function allowedMethods(request: Request): string[] {
  const { stack } = (request.app as unknown as { router: { stack: Layer[] } }).router;
  const methods = stack
    .filter((layer) => layer.route && !layer.route.methods._all && layer.match(request.path))
    .flatMap((layer) => Object.keys(layer.route?.methods ?? {}))
    .map((method) => method.toUpperCase());
  if (methods.length === 0) return [];
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])];
}

/** For the error filter: a path that exists, asked with a method that it does not have, is a 405 and not a 404. */
export function translateUnknownRoute(error: unknown, request: Request): AppError | undefined {
  // Handlers of ours refuse with AppError; this class comes from the router alone.
  if (!(error instanceof NotFoundException)) return undefined;
  const methods = allowedMethods(request);
  return methods.length > 0 ? RequestErrors.methodNotAllowed(methods) : RequestErrors.notFound();
}

/** Answers OPTIONS for every route (RFC 9110, section 9.3.7). */
export function answerOptions(request: Request, response: Response, next: NextFunction): void {
  const methods = request.method === 'OPTIONS' ? allowedMethods(request) : [];
  if (methods.length === 0) return next();
  response.status(204).set('Allow', methods.join(', ')).end();
}

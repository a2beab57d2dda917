import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

/** Names every request; the name stands in answers, logs and the audit record. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const id = randomUUID();
  (request as Request & { id: string }).id = id;
  response.setHeader('X-Request-Id', id);
  next();
}

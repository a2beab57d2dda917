import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import express, { type Request, type RequestHandler, type Response } from 'express';
import multer, { MulterError } from 'multer';
import type { Observable } from 'rxjs';
import { RequestErrors } from '../../common/request-errors.js';
import { isAcceptableBody } from './body-shape.js';

const MAX_BODY_BYTES = 64 * 1024;
const READS_UPLOADS = 'barong:reads-uploads';

/** For routes that take files and bring a parser of their own for multipart bodies. */
export const ReadsUploads = () => SetMetadata(READS_UPLOADS, true);

const json = express.json({ limit: MAX_BODY_BYTES, inflate: false, type: () => true });
const form = express.urlencoded({
  extended: true,
  limit: MAX_BODY_BYTES,
  inflate: false,
  parameterLimit: 200,
  type: () => true,
});
const multipart = multer({ limits: { fields: 50, fieldSize: 16 * 1024, fieldNameSize: 200, parts: 50 } }).none();

/**
 * Reads bodies after the guard, so that whoever may not call is told so first and makes us parse nothing.
 * JSON, form and multipart bodies come out alike.
 */
@Injectable()
export class BodyInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const readsUploads = this.reflector.get<boolean | undefined>(READS_UPLOADS, context.getHandler()) ?? false;
    if (hasBody(request)) await readBody(request, http.getResponse<Response>(), readsUploads);
    return next.handle();
  }
}

/** RFC 9112, section 6: a body is announced by its length or its coding. */
function hasBody(request: Request): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

async function readBody(request: Request, response: Response, readsUploads: boolean): Promise<void> {
  const parser = parserFor(request);
  if (parser === multipart) {
    if (readsUploads) return;
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw RequestErrors.tooLarge();
  }
  await run(parser, request, response);
  // multer makes objects without a prototype, which not everything downstream can bear.
  const body: unknown = parser === multipart ? { ...(request.body as object) } : request.body;
  if (!isAcceptableBody(body)) throw RequestErrors.malformedBody();
  request.body = body;
}

function parserFor(request: Request): RequestHandler {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return json;
  if (type === 'application/x-www-form-urlencoded') return form;
  if (type === 'multipart/form-data') return multipart;
  throw RequestErrors.unsupportedMediaType();
}

async function run(parser: RequestHandler, request: Request, response: Response): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    void parser(request, response, (error?: unknown) => (error ? reject(refusalFor(error)) : resolve()));
  });
}

/** body-parser names a status, multer a code. */
function refusalFor(error: unknown): Error {
  const status = (error as { status?: number }).status;
  const isLimit = error instanceof MulterError && /^LIMIT_(?!UNEXPECTED_FILE)/.test(error.code);
  if (status === 413 || isLimit) return RequestErrors.tooLarge();
  return status === 415 ? RequestErrors.unsupportedMediaType() : RequestErrors.malformedBody();
}

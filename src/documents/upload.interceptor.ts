import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { finalize, type Observable } from 'rxjs';
import type { AppError } from '../common/app-error.js';
import { RequestErrors } from '../common/request-errors.js';
import { isAcceptableBody } from '../infra/http/body-shape.js';
import { MAX_FILE_BYTES } from './document-limits.js';
import { UploadMemory } from './upload-memory.service.js';

/** The parameter that is a file. */
const FIELD = 'upload';
/** The file, and what surrounds it. */
const MAX_REQUEST_BYTES = MAX_FILE_BYTES + 64 * 1024;

/** More fields than we know, since unknown ones are ignored. Files of other names are not even kept for a moment. */
const multipart = multer({
  storage: multer.memoryStorage(),
  limits: {
    ...{ fileSize: MAX_FILE_BYTES, files: 4, fields: 16, parts: 20 },
    ...{ fieldSize: 16 * 1024, fieldNameSize: 200, fieldNestingDepth: 3, fieldArrayIndexLimit: 20, headerPairs: 20 },
  },
  fileFilter: (_request, file, done) => done(null, file.fieldname === FIELD),
}).any();

/**
 * Reads a multipart body with one file in it: the texts and the file's name become the body, the file itself
 * `request.file`. Nothing is written to disk, so nothing is left there whatever happens.
 */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  constructor(private readonly memory: UploadMemory) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (!bringsMultipart(request)) return next.handle();
    const release = this.memory.reserve(expectedBytes(request));
    try {
      await receive(request, http.getResponse<Response>());
      takeFile(request);
    } catch (error) {
      release();
      throw error;
    }
    return next.handle().pipe(finalize(release));
  }
}

/** Other bodies were read before, by the interceptor of all routes. */
function bringsMultipart({ headers }: Request): boolean {
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  return !isEmpty && /^multipart\/form-data\s*(;|$)/i.test((headers['content-type'] ?? '').trim());
}

/** What the request announces, or the most that we would read of it. */
function expectedBytes(request: Request): number {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw RequestErrors.unsupportedMediaType();
  const announced = request.headers['content-length'];
  const bytes = announced === undefined ? MAX_REQUEST_BYTES : Number(announced);
  if (bytes > MAX_REQUEST_BYTES) throw RequestErrors.tooLarge();
  return bytes;
}

/** multer answers an error only when the whole body has gone by; too long a body is refused as soon as it is. */
async function receive(request: Request, response: Response): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > MAX_REQUEST_BYTES) reject(RequestErrors.tooLarge());
    });
    void multipart(request, response, (error?: unknown) => (error ? reject(refusalFor(error)) : resolve()));
  });
}

function takeFile(request: Request): void {
  const files = request.files as Express.Multer.File[] | undefined;
  // multer passes on, unread, what comes with a content type that it cannot parse.
  if (!files) throw RequestErrors.malformedBody();
  // Like every parameter that is sent twice.
  if (files.length > 1) throw RequestErrors.invalidParameters([`${FIELD} is invalid`]);
  const [file] = files;
  // multer makes objects without a prototype, which not everything downstream can bear.
  const body: unknown = { ...(request.body as object), ...(file && { [FIELD]: file.originalname }) };
  if (!isAcceptableBody(body)) throw RequestErrors.malformedBody();
  request.body = body;
  request.file = file;
}

function refusalFor(error: unknown): AppError {
  const isSize = error instanceof MulterError && ['LIMIT_FILE_SIZE', 'LIMIT_FIELD_VALUE'].includes(error.code);
  return isSize ? RequestErrors.tooLarge() : RequestErrors.malformedBody();
}

import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from './app-error.js';
import { RequestErrors } from './request-errors.js';
import { stackFrames } from './stack-frames.js';
import { requestIdOf } from './request-origin.js';

/** Recognises the errors of one library and says what the caller may hear of them. */
export type ErrorTranslator = (error: unknown, request: Request) => AppError | undefined;

/** Renders every error as `{"error": …, "code": …, "request_id": …}`; the only place that does. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(private readonly translators: readonly ErrorTranslator[] = []) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const refusal = this.refusalFor(error, request);
    if (refusal.status >= 500) this.report(error, requestIdOf(request));
    if (response.headersSent) {
      response.destroy();
      return;
    }
    this.send(request, response, refusal);
  }

  protected send(request: Request, response: Response, refusal: AppError): void {
    response
      .status(refusal.status)
      .set(refusal.headers)
      .json({ error: refusal.refusal, code: refusal.code, request_id: requestIdOf(request) });
  }

  private refusalFor(error: unknown, request: Request): AppError {
    if (error instanceof AppError) return error;
    for (const translate of this.translators) {
      const translated = translate(error, request);
      if (translated) return translated;
    }
    // Express can't decode a path such as /sessions/%zz before any handler of ours sees it; Nest wraps what it throws.
    if (error instanceof HttpException && error.cause instanceof URIError) return RequestErrors.notFound();
    if (error instanceof HttpException && error.getStatus() < 500) return RequestErrors.malformedBody();
    return RequestErrors.unexpected();
  }

  private report(error: unknown, requestId: string): void {
    const name = error instanceof Error ? error.name : typeof error;
    // Such as PostgreSQL's 42P01: with the frames it says what went wrong, without the values.
    const { code } = Object(error) as { code?: unknown };
    this.logger.error({
      msg: 'request failed',
      request_id: requestId,
      error: name,
      ...(typeof code === 'string' && { code }),
      stack: stackFrames(error),
    });
  }
}

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { AuthErrors } from '../auth/auth.errors.js';
import type { AuthenticatedRequest } from '../common/principal.js';
import { FormTokenMaker } from './form-tokens.service.js';

/**
 * Refuses a form that was not on a page of the session it comes with. Forms with a file carry the token in their
 * address: their body is not read yet at this point.
 */
@Injectable()
export class FormTokens implements NestInterceptor {
  constructor(private readonly tokens: FormTokenMaker) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const { principal, method } = request;
    if (principal?.kind === 'page' && method !== 'GET' && method !== 'HEAD') {
      const body = request.body as { form_token?: unknown } | undefined;
      const token = body?.form_token ?? request.query.form_token;
      if (!this.tokens.matches(principal.sessionId, token)) throw AuthErrors.staleForm();
    }
    return next.handle();
  }
}

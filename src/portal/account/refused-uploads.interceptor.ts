import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { catchError, from, type Observable } from 'rxjs';
import type { AuthenticatedRequest, Principal } from '../../common/principal.js';
import { localPath } from '../../pages/local-path.js';
import { IdentityPages } from './identity-pages.service.js';

/** A body that is refused while it is read, for its size, say, gets the page with the form too and not a bare refusal. */
@Injectable()
export class RefusedUploads implements NestInterceptor {
  constructor(private readonly pages: IdentityPages) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => from(this.show(context, error))));
  }

  private async show(context: ExecutionContext, error: unknown): Promise<void> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest & { principal: Principal }>();
    const { principal, query } = request;
    const returnTo = typeof query.return_to === 'string' ? localPath(query.return_to) : undefined;
    const visit = { request, response: http.getResponse<Response>(), principal, returnTo };
    await this.pages.showRefused(visit, { document: {} }, error);
  }
}

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { AuthenticatedRequest } from '../../common/principal.js';
import { originOf } from '../../common/request-origin.js';
import { ReauthenticationService } from '../../security/reauthentication.service.js';

const CODE = /^[\x20-\x7e]{1,16}$/;

/**
 * What a thief of a session would want is done by who signed in a short while ago, or sends the password (and code)
 * along (CONTROLS 1, C-72), as in the console. Not a guard: bodies are read after those.
 */
@Injectable()
export class RecentSignIn implements NestInterceptor {
  constructor(private readonly reauthentication: ReauthenticationService) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const { principal } = request;
    if (!principal) throw new Error('a recent sign-in is asked for on a public route');
    const { password, code } = proofIn(request.body);
    await this.reauthentication.assert(principal, password, code, originOf(request));
    return next.handle();
  }
}

function proofIn(body: unknown): { password?: string; code?: string } {
  const { password, otp_code: given } = (body ?? {}) as Record<string, unknown>;
  const code = typeof given === 'number' ? String(given) : given;
  return {
    ...(typeof password === 'string' && { password }),
    ...(typeof code === 'string' && CODE.test(code) && { code }),
  };
}

import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { assertSecondFactor } from '../auth/access.guard.js';
import { AccessTokens } from '../auth/access-tokens.service.js';
import { AuthErrors } from '../auth/auth.errors.js';
import { Callers } from '../auth/callers.service.js';
import { accessTokenOf } from '../auth/presented-token.js';
import { PrincipalsService } from '../auth/principals.service.js';
import { VerifiedTokens } from '../auth/verified-tokens.service.js';
import type { Principal } from '../common/principal.js';
import { Config } from '../config/config.js';
import { assertMet, type Demands } from './demands.js';

const OUR_SCHEMES = /^(bearer|dpop)( |$)/i;

/** Decides for a proxy who a request comes from and whether it may pass. */
@Injectable()
export class ForwardAuth {
  constructor(
    private readonly config: Config,
    private readonly tokens: AccessTokens,
    private readonly verified: VerifiedTokens,
    private readonly principals: PrincipalsService,
    private readonly callers: Callers,
  ) {}

  /**
   * Who the request comes from, by its token or else by the cookie of our pages; undefined when it has neither.
   * @throws AppError 401 for a token that is not good, which no cookie makes up for
   */
  async find(request: Request, response: Response): Promise<Principal | undefined> {
    const hasToken = OUR_SCHEMES.test(request.headers.authorization ?? '');
    return hasToken ? this.holderOf(request) : this.callers.perhapsByCookie(request, response);
  }

  /** @throws AppError 403 */
  assertAllowed(principal: Principal, demands: Demands): void {
    assertMet(demands, principal);
    // As on our own pages and API: staff are believed with a second factor only (CONTROLS C-75).
    const isForStaff = demands.roles !== undefined && principal.account.role !== 'member';
    if (isForStaff && this.config.isProduction) assertSecondFactor(principal);
  }

  private async holderOf(request: Request): Promise<Principal> {
    const { scheme, token } = accessTokenOf(request);
    const claims = this.verified.find(token) ?? (await this.tokens.verify(token));
    // The proof of a bound token (RFC 9449) is for the address and method that the client asked the proxy for; we would
    // have to believe the proxy in both.
    if (scheme === 'dpop' || claims.cnf !== undefined) throw AuthErrors.invalidToken();
    // A token of the application alone: there is nobody to name.
    if (claims.sub === claims.client_id) throw AuthErrors.invalidToken();
    return this.principals.resolve(claims);
  }
}

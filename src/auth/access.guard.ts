import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import {
  ACCESS_RULE,
  type AccessRule,
  type AuthenticatedRequest,
  type Principal,
  type Requirement,
} from '../common/principal.js';
import { Config } from '../config/config.js';
import { isDatabaseUnavailable } from '../infra/database/database-errors.js';
import { AuthErrors } from './auth.errors.js';
import { BEARER } from './bearer.strategy.js';
import { accessTokenOf } from './presented-token.js';
import { PrincipalsService } from './principals.service.js';
import { ProofsOfPossession } from './proofs-of-possession.service.js';
import type { TokenClaims } from './token-claims.js';
import { VerifiedTokens } from './verified-tokens.service.js';

/** Staff sign in again after half a day (CONTROLS C-75). */
const LONGEST_STAFF_SESSION_SECONDS = 12 * 3600;

/** The one guard. A route that declares nothing is closed. */
@Injectable()
export class AccessGuard extends AuthGuard(BEARER) {
  constructor(
    private readonly reflector: Reflector,
    private readonly verified: VerifiedTokens,
    private readonly principals: PrincipalsService,
    private readonly proofs: ProofsOfPossession,
    private readonly config: Config,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (rule === 'public') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const claims = await this.claimsOf(request, context);
    await this.proofs.assert(request, claims);
    const principal = await this.principals.resolve(claims);
    if (rule === undefined) throw AuthErrors.insufficientScope();
    assertAllowed(principal, rule);
    if (rule.role && this.config.isProduction) assertSecondFactor(principal);
    request.principal = principal;
    return true;
  }

  /** Called by passport with what the strategy found. */
  override handleRequest<T>(error: unknown, claims: unknown, info: unknown): T {
    if (claims) return claims as T;
    for (const cause of [error, info]) if (isDatabaseUnavailable(cause)) throw cause;
    throw (info as Error | undefined)?.name === 'TokenExpiredError'
      ? AuthErrors.expiredToken()
      : AuthErrors.invalidToken();
  }

  private async claimsOf(request: AuthenticatedRequest, context: ExecutionContext): Promise<TokenClaims> {
    const { token } = accessTokenOf(request);
    const known = this.verified.find(token);
    if (known) return known;
    await super.canActivate(context);
    const claims = request.user as unknown as TokenClaims;
    this.verified.remember(token, claims);
    return claims;
  }
}

function assertAllowed(principal: Principal, requirement: Requirement): void {
  if (requirement.role && !requirement.role.includes(principal.account.role)) throw AuthErrors.insufficientScope();
  if (principal.kind !== 'access') return;
  // Third parties reach what a scope opens and nothing else; there is no scope for first-party routes.
  const { scope, firstParty, role } = requirement;
  if (firstParty || role || !scope || !principal.scopes.has(scope)) throw AuthErrors.insufficientScope(scope);
}

function assertSecondFactor(principal: Principal): void {
  const isRecent = Date.now() / 1000 - principal.authTime <= LONGEST_STAFF_SESSION_SECONDS;
  if (!isRecent || !principal.amr.includes('otp')) throw AuthErrors.secondFactorRequired();
}

import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Response } from 'express';
import {
  ACCESS_RULE,
  type AccessRule,
  type AuthenticatedRequest,
  isForPage,
  type PageRequirement,
  type Principal,
  type Requirement,
} from '../common/principal.js';
import { Config } from '../config/config.js';
import { isDatabaseUnavailable } from '../infra/database/database-errors.js';
import { AuthErrors } from './auth.errors.js';
import { BEARER } from './bearer.strategy.js';
import { Callers } from './callers.service.js';
import { accessTokenOf } from './presented-token.js';
import type { TokenClaims } from './token-claims.js';
import { VerifiedTokens } from './verified-tokens.service.js';

/** Staff sign in again after half a day (CONTROLS C-75). */
const LONGEST_STAFF_SESSION_SECONDS = 12 * 3600;
/** A code, or a passkey that stands for both factors or came after a password (RFC 8176). */
const SECOND_FACTORS = ['otp', 'mfa'];

/** The one guard. A route that declares nothing is closed. */
@Injectable()
export class AccessGuard extends AuthGuard(BEARER) {
  constructor(
    private readonly reflector: Reflector,
    private readonly verified: VerifiedTokens,
    private readonly callers: Callers,
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
    request.principal = isForPage(rule)
      ? await this.personOnPage(request, context, rule)
      : await this.callerOfApi(request, context, rule);
    return true;
  }

  private async callerOfApi(
    request: AuthenticatedRequest,
    context: ExecutionContext,
    rule: Requirement | undefined,
  ): Promise<Principal> {
    const principal = await this.callers.byToken(request, await this.claimsOf(request, context));
    if (rule === undefined) throw AuthErrors.insufficientScope();
    assertAllowed(principal, rule);
    if (rule.role && this.config.isProduction) assertSecondFactor(principal);
    return principal;
  }

  private async personOnPage(
    request: AuthenticatedRequest,
    context: ExecutionContext,
    { role }: PageRequirement,
  ): Promise<Principal> {
    const principal = await this.callers.byCookie(request, context.switchToHttp().getResponse<Response>());
    // Told to whoever is signed in, before the second factor is asked of people who may not enter anyway.
    if (role && !role.includes(principal.account.role)) throw AuthErrors.staffOnly();
    if (role && this.config.isProduction) assertSecondFactor(principal);
    return principal;
  }

  /** Called by passport with what the strategy found. */
  override handleRequest<T>(error: unknown, claims: unknown, info: unknown): T {
    if (claims) return claims as T;
    for (const cause of [error, info]) if (isDatabaseUnavailable(cause)) throw cause;
    throw AuthErrors.invalidToken();
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

/** @throws AppError 403 unless the person gave a second factor, at most 12 hours ago */
export function assertSecondFactor(principal: Principal): void {
  const isRecent = Date.now() / 1000 - principal.authTime <= LONGEST_STAFF_SESSION_SECONDS;
  if (!isRecent || !SECOND_FACTORS.some((factor) => principal.amr.includes(factor)))
    throw AuthErrors.secondFactorRequired();
}

import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiRefusal } from './api-docs.js';

export type Role = 'member' | 'compliance' | 'admin';
export type AccountState = 'pending' | 'active' | 'locked' | 'banned';

/** The scopes that reach `/api/v1`. What has no scope (passwords, 2FA, sessions, admin) no application can reach. */
export const API_SCOPES = [
  'account:read',
  'profile:read',
  'profile:write',
  'documents:read',
  'documents:write',
  'phones:write',
  'labels:read',
  'labels:write',
] as const;
/** The scopes of OpenID Connect itself (Core, sections 5.4 and 11). */
export const OIDC_SCOPES = ['openid', 'profile', 'email', 'phone', 'offline_access'] as const;
export type OidcScope = (typeof OIDC_SCOPES)[number];
export type ApiScope = (typeof API_SCOPES)[number];

/** Who is calling, read from the database on this very request. */
export interface Principal {
  /** `session`: a JWT of POST /sessions. `access`: an OAuth access token, limited to its scopes. `page`: the pages' cookie. */
  kind: 'session' | 'access' | 'page';
  account: {
    id: string;
    uid: string;
    email: string;
    role: Role;
    level: number;
    state: AccountState;
    otpEnabled: boolean;
  };
  scopes: ReadonlySet<string>;
  /** Uid of the application the token was issued to. */
  clientId: string;
  sessionId: string;
  tokenId: string;
  /** When the token ends, seconds since the epoch. */
  expiresAt: number;
  /** When the person last proved who they are, seconds since the epoch (OpenID Connect Core, section 2). */
  authTime: number;
  /** How they proved it (RFC 8176): `pwd`, `otp`. */
  amr: readonly string[];
}

/** What a route asks of its caller. */
export interface Requirement {
  /** OAuth tokens need this scope; a person's own session has all of them. */
  scope?: ApiScope;
  /** Only a person's own session, never a token issued to a third party. */
  firstParty?: true;
  role?: readonly Role[];
}

/** What a page asks of the person who opens it: to be signed in on our pages, and perhaps to be of our staff. */
export interface PageRequirement {
  page: true;
  role?: readonly Role[];
}

export const ACCESS_RULE = 'barong:access';
export type AccessRule = 'public' | Requirement | PageRequirement;

export const isForPage = (rule: Requirement | PageRequirement | undefined): rule is PageRequirement =>
  rule !== undefined && 'page' in rule;

/** Opens a route to everyone. A test compares all such routes with a written list. */
export const Public = () => SetMetadata<string, AccessRule>(ACCESS_RULE, 'public');
/** Narrows a route to callers that meet the requirement; an empty one takes every signed-in caller. */
export const Requires = (requirement: Requirement) =>
  applyDecorators(
    SetMetadata<string, AccessRule>(ACCESS_RULE, requirement),
    ApiBearerAuth(),
    ApiRefusal(401, 'No token, or one that is not good', 'The access token is invalid', 'The access token expired'),
    ApiRefusal(403, 'A token that may not do this', 'insufficient_scope'),
  );

/** A page for whoever is signed in on our pages; with roles, for staff. No token opens it. */
export const RequiresPage = (...role: Role[]) =>
  SetMetadata<string, AccessRule>(ACCESS_RULE, { page: true, ...(role.length > 0 && { role }) });

export type AuthenticatedRequest = Request & { principal?: Principal };

/** Hands a controller its caller; only on routes that are not public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!principal) throw new Error('@CurrentPrincipal on a public route');
  return principal;
});

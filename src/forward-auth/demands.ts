import { AuthErrors } from '../auth/auth.errors.js';
import { API_SCOPES, OIDC_SCOPES, type Principal, type Role } from '../common/principal.js';
import { RequestErrors } from '../common/request-errors.js';
import { ForwardAuthErrors } from './forward-auth.errors.js';

export const ROLES: readonly Role[] = ['member', 'compliance', 'admin'];
export const SCOPES: readonly string[] = [...OIDC_SCOPES, ...API_SCOPES];
const LEVELS = ['0', '1', '2', '3'];
const FLAGS = ['true', 'false'];

/** What the operator of a proxy wants of whoever passes; no list stands for any. */
export interface Demands {
  /** At least this one. */
  level: number;
  /** One of these. */
  roles: readonly string[] | undefined;
  /** All of these; a person's own session has every one. */
  scopes: readonly string[] | undefined;
  /** Whether a browser in which nobody is signed in is led to the sign-in page. */
  redirect: boolean;
}

/**
 * Reads the demands of a query. A misspelt one must not open what it was meant to close, so nothing is overlooked.
 * @throws AppError 400 for names and values that mean nothing here, and for names that stand there twice
 */
export function readDemands(query: Readonly<Record<string, unknown>>): Demands {
  const { level, role, scope, redirect, ...others } = query;
  const problems = [
    ...(Object.keys(others).length > 0 ? ['parameters other than level, role, scope and redirect are unknown'] : []),
    ...(isListOf(LEVELS, level, 1) ? [] : ['level is invalid']),
    ...(isListOf(ROLES, role) ? [] : ['role is invalid']),
    ...(isListOf(SCOPES, scope) ? [] : ['scope is invalid']),
    ...(isListOf(FLAGS, redirect, 1) ? [] : ['redirect is invalid']),
  ];
  if (problems.length > 0) throw RequestErrors.invalidParameters(problems);
  return { level: Number(level ?? 0), roles: wordsOf(role), scopes: wordsOf(scope), redirect: redirect === 'true' };
}

/** @throws AppError 403 */
export function assertMet(demands: Demands, { kind, account, scopes }: Principal): void {
  if (kind === 'access') assertScopes(demands, scopes);
  if (demands.roles && !demands.roles.includes(account.role)) throw ForwardAuthErrors.wrongRole();
  if (account.level < demands.level) throw ForwardAuthErrors.levelTooLow();
}

/**
 * A role is the person's and not the application's: what an admin lets some application do is not what an admin may
 * do. So applications pass a demand for a role only where the operator says which scope they need for it.
 */
function assertScopes({ roles, scopes: wanted }: Demands, scopes: ReadonlySet<string>): void {
  if (wanted?.every((scope) => scopes.has(scope)) ?? roles === undefined) return;
  throw AuthErrors.insufficientScope(wanted?.join(' '));
}

function isListOf(words: readonly string[], value: unknown, most = words.length): boolean {
  if (value === undefined) return true;
  const list = typeof value === 'string' ? value.split(',') : [];
  return list.length > 0 && list.length <= most && list.every((word) => words.includes(word));
}

const wordsOf = (value: unknown): string[] | undefined => (typeof value === 'string' ? value.split(',') : undefined);

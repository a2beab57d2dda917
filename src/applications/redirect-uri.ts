import { isForStrangers } from '../infra/http/outgoing-requests.js';

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Why a URI must not be registered to send codes to, or undefined when it may (RFC 9700, section 2.1; RFC 8252).
 * https anywhere, http only to this machine, no fragment, no user name, no wildcard.
 */
export function redirectUriProblem(uri: string): string | undefined {
  if (!URL.canParse(uri)) return `${uri} is not an absolute URI`;
  if (/[*\s\\]/.test(uri)) return `${uri} has a wildcard, space or backslash`;
  // URL leaves these out or encodes them; the database refuses some of them.
  if (/[\p{Cc}\p{Cs}]/u.test(uri)) return 'It has a control character';
  const url = new URL(uri);
  if (uri.includes('#')) return `${uri} has a fragment`;
  if (url.username !== '' || url.password !== '') return `${uri} has a user name or password`;
  return url.protocol === 'https:' || isLoopback(url) ? undefined : `${uri} must be https, or http to localhost`;
}

/**
 * Why nobody may be told of sign-outs there, or undefined when it is fine (OpenID Connect Back-Channel Logout, section
 * 2.2). This server itself calls the address, so that only in development it may be one of this machine.
 */
export function backchannelUriProblem(uri: string, loopbackAllowed: boolean): string | undefined {
  const problem = redirectUriProblem(uri);
  if (problem !== undefined || loopbackAllowed || isForStrangers(new URL(uri))) return problem;
  return `${uri} must be https, on port 443 or 8443`;
}

/** Plain http to this very machine. */
export function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname);
}

/** Why a text is no origin that scripts may come from, or undefined when it is one (RFC 6454). */
export function originProblem(origin: string): string | undefined {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return `${origin} is not an origin`;
  return redirectUriProblem(origin);
}

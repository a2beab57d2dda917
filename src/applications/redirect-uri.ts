const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Why a URI must not be registered to send codes to, or undefined when it may (RFC 9700, section 2.1; RFC 8252).
 * https anywhere, http only to this machine, no fragment, no user name, no wildcard.
 */
export function redirectUriProblem(uri: string): string | undefined {
  if (!URL.canParse(uri)) return `${uri} is not an absolute URI`;
  if (/[*\s\\]/.test(uri)) return `${uri} has a wildcard, space or backslash`;
  const url = new URL(uri);
  if (uri.includes('#')) return `${uri} has a fragment`;
  if (url.username !== '' || url.password !== '') return `${uri} has a user name or password`;
  const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
  return allowed ? undefined : `${uri} must be https, or http to localhost`;
}

/** Why a text is no origin that scripts may come from, or undefined when it is one (RFC 6454). */
export function originProblem(origin: string): string | undefined {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return `${origin} is not an origin`;
  return redirectUriProblem(origin);
}

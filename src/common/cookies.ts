import type { Request } from 'express';

/** What a request brought as a cookie of this name (RFC 6265, section 4.2); unsigned, so believe nothing of it. */
export function cookieOf(request: Request, name: string): string | undefined {
  const cookies = (request.get('cookie') ?? '').split('; ');
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** Nothing may be loaded, framed or sent elsewhere unless a page says so; forms go to ourselves (CONTROLS C-49). */
const DIRECTIVES = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};

/**
 * Puts the headers of every answer; personal data is everywhere, so nothing is stored unless a route allows it.
 * They are alike for all requests: helmet is asked once and not, through twelve middlewares, each time.
 */
export function securityHeaders(https: boolean): RequestHandler {
  const headers = [
    ...headersOf(
      helmet({
        contentSecurityPolicy: { useDefaults: false, directives: DIRECTIVES },
        frameguard: { action: 'deny' },
        referrerPolicy: { policy: 'no-referrer' },
        strictTransportSecurity: https && { maxAge: 63_072_000, includeSubDomains: false },
        crossOriginEmbedderPolicy: false,
      }),
    ),
    ['Cache-Control', 'no-store'] as const,
    ['Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=()'] as const,
  ];
  return (_request: Request, response: Response, next: NextFunction) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** What helmet would set. */
function headersOf(middleware: ReturnType<typeof helmet>): [name: string, value: string][] {
  const headers: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  middleware({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}

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

/** The headers of every answer; personal data is everywhere, so nothing is stored unless a route allows it. */
export function securityHeaders(https: boolean): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: DIRECTIVES },
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: https && { maxAge: 63_072_000, includeSubDomains: false },
      crossOriginEmbedderPolicy: false,
    }),
    (_request: Request, response: Response, next: NextFunction) => {
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=()');
      next();
    },
  ];
}

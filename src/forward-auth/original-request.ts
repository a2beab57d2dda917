import type { NextFunction, Request, Response } from 'express';

const VERIFY = '/auth/verify';
/** The sign-in page takes no longer one. */
const LONGEST_PATH = 2048;

/**
 * Envoy asks with the method of the original request, and puts its path behind ours; neither means anything here. The
 * query is then the client's and no operator's, so it is dropped.
 */
export function askForAnyRequest(request: Request, _response: Response, next: NextFunction): void {
  const { path } = request;
  const isBelow = path.startsWith(`${VERIFY}/`);
  if (isBelow) request.url = VERIFY;
  if (isBelow || path === VERIFY) request.method = 'GET';
  next();
}

/**
 * The address of our sign-in page for a browser that opened a page of a site under our own name; no other site gets
 * our cookie. The headers are the proxy's; what a client makes up here leads it to our page and nowhere else.
 */
export function signInAddress(request: Request, publicUrl: string): string | undefined {
  const original = (name: string): string => request.get(`x-forwarded-${name}`) ?? '';
  const isPage = ['GET', 'HEAD'].includes(original('method')) && request.accepts(['json', 'html']) === 'html';
  if (!isPage || original('host').toLowerCase() !== new URL(publicUrl).host) return undefined;
  const path = original('uri');
  const isUsable = path.startsWith('/') && path.length <= LONGEST_PATH;
  return `${publicUrl}/sign-in${isUsable ? `?return_to=${encodeURIComponent(path)}` : ''}`;
}

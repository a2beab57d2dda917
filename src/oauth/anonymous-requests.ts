import type { Request, Response } from 'express';

/** Endpoints that talk to applications only, each of which must say who it is. */
const FOR_APPLICATIONS = ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/par'];
const NAMES = ['client_id', 'client_assertion'];

/** The provider calls a request without any client a malformed one; by RFC 6749, section 5.2, it is a 401. */
export function refuseAnonymous(request: Request, response: Response): boolean {
  const isForApplications = request.method === 'POST' && FOR_APPLICATIONS.includes(request.path);
  if (!isForApplications || request.body === undefined || request.headers.authorization !== undefined) return false;
  const body = request.body as Record<string, unknown>;
  if (NAMES.some((name) => name in body)) return false;
  response
    .status(401)
    .set({ 'WWW-Authenticate': 'Basic realm="barong"', 'Cache-Control': 'no-store' })
    .json({ error: 'invalid_client', error_description: 'client authentication failed' });
  return true;
}

import type { Request } from 'express';

/** The application that a request says it comes from, in its body or by HTTP Basic (RFC 6749, section 2.3.1). */
export function clientIdOf(request: Request): string | undefined {
  const values = (request.method === 'GET' ? request.query : (request.body ?? {})) as Record<string, unknown>;
  return typeof values.client_id === 'string' ? values.client_id : basicUser(request.headers.authorization);
}

function basicUser(authorization: string | undefined): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  const name = encoded && Buffer.from(encoded, 'base64').toString().split(':', 1)[0];
  try {
    return name ? decodeURIComponent(name.replaceAll('+', '%20')) : undefined;
  } catch {
    return undefined;
  }
}

import type { Request } from 'express';
import type { Config } from '../config/config.js';
import { STRUCTURED_TOKEN_PREFIX } from './tokens/presented-tokens.service.js';

/** Endpoints that are asked about a token. */
const TOKEN_QUESTIONS = ['/oauth/introspect', '/oauth/revoke'];

/** Makes a request what the provider expects of one. */
export function prepareProviderRequest(request: Request, config: Config): void {
  useConfiguredAddress(request, new URL(config.publicUrl));
  if (TOKEN_QUESTIONS.includes(request.path)) admitStructuredToken(request);
}

/** The provider builds links from the request's address; ours is the configured one, whatever was sent (CONTROLS C-55). */
function useConfiguredAddress(request: Request, publicUrl: URL): void {
  const { headers } = request;
  headers.host = publicUrl.host;
  headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
  delete headers['x-forwarded-host'];
}

/** The provider refuses every JWT unseen; marked, ours reach the adapter, which verifies them. */
function admitStructuredToken(request: Request): void {
  const body = request.body as Record<string, unknown> | undefined;
  const token = body?.token;
  if (body && typeof token === 'string' && token.split('.').length === 3) body.token = STRUCTURED_TOKEN_PREFIX + token;
}

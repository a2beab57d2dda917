import type { Request } from 'express';
import { clientIdOf } from './client-id.js';
import { CLIENT_PROPERTIES, type OAuthClients } from './oauth-clients.service.js';

/** Where a request for tokens begins, and so may leave the scope out. */
const STARTS = ['/oauth/authorize', '/oauth/par', '/oauth/device/authorization'];
/** An application that does not ask for these does not speak OpenID Connect and could not use them. */
const ONLY_ON_REQUEST = ['openid', 'offline_access'];

/** A request without a scope gets the application's defaults (RFC 6749, section 3.3). */
export async function addDefaultScope(request: Request, clients: OAuthClients): Promise<void> {
  const { values, clientId } = parametersOf(request);
  if (!values || clientId === undefined || values.scope !== undefined || values.request_uri !== undefined) return;
  const client = await clients.find(clientId);
  if (!client) return;
  const scopes = client[CLIENT_PROPERTIES.allScopes] as string[];
  setScope(request, scopes.filter((scope) => !ONLY_ON_REQUEST.includes(scope)).join(' '));
}

function parametersOf(request: Request): { values?: Record<string, unknown>; clientId?: string } {
  const isStart = STARTS.includes(request.path);
  const body = (request.body ?? {}) as Record<string, unknown>;
  const isClientCredentials = request.path === '/oauth/token' && body.grant_type === 'client_credentials';
  if (!isStart && !isClientCredentials) return {};
  const values = request.method === 'GET' ? (request.query as Record<string, unknown>) : body;
  const clientId = clientIdOf(request);
  return { values, ...(clientId !== undefined && { clientId }) };
}

function setScope(request: Request, scope: string): void {
  if (scope === '') return;
  if (request.method !== 'GET') (request.body as Record<string, unknown>).scope = scope;
  else request.url += `${request.url.includes('?') ? '&' : '?'}scope=${encodeURIComponent(scope)}`;
}

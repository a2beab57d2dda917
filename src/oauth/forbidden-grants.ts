import type { KoaContextWithOIDC } from 'oidc-provider';
import { DEVICE_CODE_GRANT } from '../applications/application.entity.js';

/**
 * The provider calls it a malformed request when an application asks for what it may not use; by RFC 6749, section 5.2,
 * it is an unauthorized client, so that its developers look at what was registered and not at the request.
 */
export async function nameForbiddenGrants(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const body = ctx.body as { error?: string } | undefined;
  if (body?.error !== 'invalid_request') return;
  const grant = requestedGrant(ctx);
  if (grant !== undefined && ctx.oidc.client?.grantTypeAllowed(grant) === false) body.error = 'unauthorized_client';
}

function requestedGrant({ oidc }: KoaContextWithOIDC): string | undefined {
  if (oidc?.route === 'device_authorization') return DEVICE_CODE_GRANT;
  const grant = oidc?.route === 'token' ? oidc.params?.grant_type : undefined;
  return typeof grant === 'string' ? grant : undefined;
}

import type { ClientMetadata, KoaContextWithOIDC } from 'oidc-provider';
import { DEVICE_CODE_GRANT } from '../../applications/application.entity.js';
import { OIDC_SCOPES } from '../../common/principal.js';
import { CLIENT_PROPERTIES } from '../oauth-clients.service.js';
import { errors } from '../oidc-library.js';

/** What a client may give itself; whatever else it needs, an administrator adds. */
const SCOPES: readonly string[] = [...OIDC_SCOPES, 'account:read', 'profile:read', 'labels:read'];
const GRANT_TYPES: readonly string[] = ['authorization_code', 'refresh_token', DEVICE_CODE_GRANT];
/** We would have to call these, or trust who signed them; silently left out, the client would count on them. */
const REFUSED = [
  ...['jwks', 'jwks_uri', 'request_uris', 'sector_identifier_uri', 'software_statement', 'backchannel_logout_uri'],
];
/** Promises that applications of ours can not make; `false` is fine. */
const REFUSED_WHEN_TRUE = [
  ...['dpop_bound_access_tokens', 'require_pushed_authorization_requests', 'require_signed_request_object'],
  'tls_client_certificate_bound_access_tokens',
];
const ANSWERED = [
  ...['client_id', 'client_id_issued_at', 'client_secret', 'client_secret_expires_at', 'client_name', 'redirect_uris'],
  ...['post_logout_redirect_uris', 'grant_types', 'response_types', 'token_endpoint_auth_method'],
  'id_token_signed_response_alg',
];

type Metadata = ClientMetadata & Record<string, unknown>;

/**
 * Judges what a client that registers itself sent, before the provider does: the provider lets through what it does not
 * know, and has no part in the scopes of our API. Applications that are read from the database pass untouched.
 * @throws InvalidClientMetadata
 */
export function admitMetadata(
  ctx: KoaContextWithOIDC | undefined,
  property: string,
  _value: unknown,
  client: ClientMetadata,
): void {
  // The provider asks once for each property of ours.
  if (property !== CLIENT_PROPERTIES.allScopes || ctx?.oidc?.route !== 'registration') return;
  const metadata = client as Metadata;
  refuseForeign(ctx.oidc.body ?? {});
  for (const name of Object.values(CLIENT_PROPERTIES)) delete metadata[name];
  const scopes = scopesOf(metadata.scope);
  metadata[CLIENT_PROPERTIES.allScopes] = scopes;
  const known = scopes.filter((scope) => (OIDC_SCOPES as readonly string[]).includes(scope));
  if (known.length > 0) metadata.scope = known.join(' ');
  else delete metadata.scope;
  metadata.client_name ??= metadata.client_id;
}

/** What was registered, under the names of RFC 7591, section 3.2.1; only this once with the secret. */
export function registrationAnswer(metadata: Metadata): Record<string, unknown> {
  const answered = ANSWERED.filter((name) => metadata[name] !== undefined).map((name) => [name, metadata[name]]);
  const scopes = metadata[CLIENT_PROPERTIES.allScopes] as string[];
  return { ...(Object.fromEntries(answered) as Metadata), scope: scopes.join(' ') };
}

function refuseForeign(sent: Record<string, unknown>): void {
  const refused = REFUSED.find((name) => sent[name] !== undefined);
  if (refused) throw new errors.InvalidClientMetadata(`${refused} can not be registered here`);
  const promised = REFUSED_WHEN_TRUE.find((name) => sent[name] !== undefined && sent[name] !== false);
  if (promised) throw new errors.InvalidClientMetadata(`${promised} can not be true here`);
  const grants: unknown[] = Array.isArray(sent.grant_types) ? sent.grant_types : [];
  if (!grants.every((grant) => GRANT_TYPES.includes(grant as string))) {
    throw new errors.InvalidClientMetadata(`grant_types can only contain ${GRANT_TYPES.join(', ')}`);
  }
}

function scopesOf(scope: unknown): string[] {
  if (scope === undefined) return [...OIDC_SCOPES];
  const asked = typeof scope === 'string' ? [...new Set(scope.split(' ').filter((word) => word !== ''))] : [];
  if (asked.length > 0 && asked.every((word) => SCOPES.includes(word))) return asked;
  throw new errors.InvalidClientMetadata(`scope can only contain ${SCOPES.join(' ')}`);
}

import { Injectable } from '@nestjs/common';
import type { AdapterPayload } from 'oidc-provider';
import { isApplicationUid } from '../applications/application-rules.js';
import { type OAuthClientRow, OAuthClientService } from '../applications/oauth-client.service.js';
import { OIDC_SCOPES } from '../common/principal.js';
import { ClientRegistrations } from './registration/client-registrations.service.js';

/** Metadata of our own on a client of the provider. */
export const CLIENT_PROPERTIES = {
  secretHashes: 'barong_secret_hashes',
  skipConsent: 'barong_skip_consent',
  requirePkce: 'barong_require_pkce',
  accessTokenLifetime: 'barong_access_token_lifetime',
  allowedOrigins: 'barong_allowed_origins',
  allScopes: 'barong_scopes',
} as const;

/** Applications as the provider wants its clients (RFC 7591). Nothing is remembered, so that edits count at once. */
@Injectable()
export class OAuthClients {
  constructor(
    private readonly applications: OAuthClientService,
    private readonly registrations: ClientRegistrations,
  ) {}

  async find(uid: string): Promise<AdapterPayload | undefined> {
    // Also nothing that the database could not bear, nor the name of what was deleted.
    if (!isApplicationUid(uid)) return undefined;
    const application = await this.applications.find(uid);
    return application && toMetadata(application);
  }

  /** Keeps a client that registers itself. @throws InvalidClientMetadata */
  async register(metadata: AdapterPayload): Promise<void> {
    await this.registrations.register(metadata, metadata[CLIENT_PROPERTIES.allScopes] as string[]);
  }
}

function toMetadata(application: OAuthClientRow): AdapterPayload {
  const { kind, grant_types: grantTypes, backchannel_logout_uri: backchannel } = application;
  const usesCodes = grantTypes.includes('authorization_code');
  const scope = application.scopes.filter(isOidcScope).join(' ');
  return {
    client_id: application.uid,
    client_name: application.name,
    // The provider wants some text here; what counts is compared in our own compareClientSecret.
    ...(kind === 'confidential' && { client_secret: 'kept as a hash' }),
    token_endpoint_auth_method: kind === 'public' ? 'none' : 'client_secret_basic',
    redirect_uris: application.redirect_uris,
    post_logout_redirect_uris: application.post_logout_redirect_uris,
    grant_types: grantTypes,
    response_types: usesCodes ? ['code'] : [],
    ...(scope !== '' && { scope }),
    id_token_signed_response_alg: application.signing_alg,
    ...(backchannel && { backchannel_logout_uri: backchannel, backchannel_logout_session_required: true }),
    [CLIENT_PROPERTIES.secretHashes]: application.secret_hashes.map((hash) => hash.toString('base64')),
    [CLIENT_PROPERTIES.skipConsent]: application.skip_consent,
    [CLIENT_PROPERTIES.requirePkce]: kind === 'public' || application.require_pkce,
    [CLIENT_PROPERTIES.accessTokenLifetime]: application.access_token_lifetime,
    [CLIENT_PROPERTIES.allowedOrigins]: application.allowed_origins,
    [CLIENT_PROPERTIES.allScopes]: application.scopes,
  };
}

/** The provider itself knows these; all others belong to our API. */
const isOidcScope = (scope: string): boolean => (OIDC_SCOPES as readonly string[]).includes(scope);

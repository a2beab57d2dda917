import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { AdapterPayload } from 'oidc-provider';
import { ApplicationsService } from '../../applications/applications.service.js';
import { AppError } from '../../common/app-error.js';
import { originOf } from '../../common/request-origin.js';
import { errors, Provider } from '../oidc-library.js';

/** Who the audit log names when a program with the initial access token did it. */
const ACTOR = 'registration';

/** Makes applications of clients that register themselves (RFC 7591); the rules are those for all applications. */
@Injectable()
export class ClientRegistrations {
  constructor(private readonly applications: ApplicationsService) {}

  /**
   * @param metadata as the provider has checked and completed it
   * @param scopes all of them; the provider's metadata names those of OpenID Connect only
   * @throws InvalidClientMetadata with what is not allowed; nothing is kept then
   */
  async register(metadata: AdapterPayload, scopes: readonly string[]): Promise<void> {
    const { ctx } = Provider;
    const origin = ctx && originOf(ctx.req as Request);
    try {
      await this.applications.create({ ...toApplication(metadata), scopes: [...scopes] }, ACTOR, origin);
    } catch (error) {
      throw asMetadataError(error);
    }
  }
}

/** Whoever registers itself is a stranger: it takes no passwords, people are asked, and codes are bound to it. */
function toApplication(metadata: AdapterPayload) {
  const { client_id: uid, client_name: name, client_secret: secret } = metadata;
  return {
    uid: uid as string,
    name: name as string,
    kind: metadata.token_endpoint_auth_method === 'none' ? 'public' : 'confidential',
    ...(secret !== undefined && { secret }),
    redirectUris: [...(metadata.redirect_uris ?? [])],
    postLogoutRedirectUris: [...(metadata.post_logout_redirect_uris ?? [])],
    grantTypes: [...(metadata.grant_types ?? [])],
    ...(metadata.id_token_signed_response_alg && { signingAlg: metadata.id_token_signed_response_alg }),
    firstParty: false,
    skipConsent: false,
    requirePkce: true,
  };
}

/** The provider makes `invalid_redirect_uri` of what begins with that field (RFC 7591, section 3.2.2). */
function asMetadataError(error: unknown): unknown {
  if (!(error instanceof AppError) || error.status !== 422 || typeof error.refusal !== 'object') return error;
  const [[field, sentences] = ['client', error.sentences]] = Object.entries(error.refusal);
  return new errors.InvalidClientMetadata(`${field}: ${[sentences].flat().join(', ')}`);
}

import { Injectable } from '@nestjs/common';
import { Database } from '../infra/database/database.service.js';
import { LIVE_SECRET_HASHES } from './application-secrets.service.js';
import type { ApplicationKind } from './application.entity.js';

/** What the OAuth provider needs to know of an application, read on every request that names it. */
export interface OAuthClientRow {
  uid: string;
  name: string;
  kind: ApplicationKind;
  /** SHA-256 of the secrets that are good now; empty for public applications. */
  secret_hashes: Buffer[];
  redirect_uris: string[];
  post_logout_redirect_uris: string[];
  scopes: string[];
  grant_types: string[];
  allowed_origins: string[];
  skip_consent: boolean;
  require_pkce: boolean;
  signing_alg: 'RS256' | 'ES256';
  /** Seconds. */
  access_token_lifetime: number;
  backchannel_logout_uri: string | null;
}

@Injectable()
export class OAuthClientService {
  constructor(private readonly database: Database) {}

  async find(uid: string): Promise<OAuthClientRow | undefined> {
    const rows = await this.database.query<OAuthClientRow>(
      'oauth-client',
      `SELECT uid, name, kind, ${LIVE_SECRET_HASHES} AS secret_hashes, redirect_uris,
         post_logout_redirect_uris, scopes, grant_types, allowed_origins, skip_consent, require_pkce, signing_alg,
         access_token_lifetime, backchannel_logout_uri
       FROM applications WHERE uid = $1 AND deleted_at IS NULL`,
      [uid],
    );
    return rows[0];
  }
}

import { ApiProperty } from '@nestjs/swagger';
import {
  APPLICATION_KINDS,
  type Application,
  GRANT_TYPES,
  SIGNING_ALGS,
} from '../../applications/application.entity.js';
import {
  DEFAULT_OVERLAP_SECONDS,
  LONGEST_OVERLAP_SECONDS,
  type RotatedSecret,
} from '../../applications/application-secrets.service.js';
import type { ApplicationSettings } from '../../applications/application-settings.js';
import { ClearableText, OptionalFlag, OptionalTextList } from '../../common/parameter-kinds.js';
import { OptionalInteger, OptionalText, Text } from '../../common/validation.js';

const LONGEST_URI = 2048;

const docs = {
  name: { description: '1 to 100 characters', example: 'Exchange' },
  kind: { description: APPLICATION_KINDS.join(' or '), example: 'confidential' },
  redirectUris: {
    description: 'Where codes may be sent, character by character',
    example: ['https://app.example.com/cb'],
  },
  postLogoutRedirectUris: {
    description: 'Where people may be sent after signing out',
    example: ['https://app.example.com/'],
  },
  scopes: { description: 'What it may ask for; all when left out', example: ['openid', 'account:read'] },
  grantTypes: { description: GRANT_TYPES.join(', '), example: ['authorization_code', 'refresh_token'] },
  firstParty: { description: 'Ours: may take passwords at POST /sessions' },
  skipConsent: { description: 'People are not asked whether they agree' },
  requirePkce: { description: 'Always for public applications' },
  signingAlg: { description: SIGNING_ALGS.join(' or '), example: 'RS256' },
  lifetime: { description: 'Seconds, 60 to 86400', example: 900 },
  origins: { description: 'Websites whose scripts may call the API (CORS)', example: ['https://app.example.com'] },
  backchannelLogoutUri: {
    description: 'Told of sign-outs (OpenID Connect Back-Channel Logout), https; null or blank for none',
    example: 'https://app.example.com/backchannel-logout',
  },
};

/** What may be given at any time. Words that are not known are for the domain to refuse. */
class AdminApplicationFields {
  @OptionalTextList(docs.redirectUris) redirect_uris?: string[];
  @OptionalTextList(docs.postLogoutRedirectUris) post_logout_redirect_uris?: string[];
  @OptionalTextList(docs.scopes) scopes?: string[];
  @OptionalTextList(docs.grantTypes) grant_types?: string[];
  @OptionalFlag(docs.firstParty) first_party?: boolean;
  @OptionalFlag(docs.skipConsent) skip_consent?: boolean;
  @OptionalFlag(docs.requirePkce) require_pkce?: boolean;
  @OptionalText(docs.signingAlg) signing_alg?: string;
  @OptionalInteger(docs.lifetime) access_token_lifetime?: number;
  @OptionalTextList(docs.origins) allowed_origins?: string[];
  @ClearableText({ ...docs.backchannelLogoutUri, max: LONGEST_URI }) backchannel_logout_uri?: string | null;
}

export class AdminCreateApplicationRequest extends AdminApplicationFields {
  @Text(docs.name) name!: string;
  @OptionalText(docs.kind) kind?: string;
}

export class AdminChangeApplicationRequest extends AdminApplicationFields {
  @OptionalText(docs.name) name?: string;
}

/** The request under the names of the domain. */
export function toSettings(body: AdminChangeApplicationRequest): Partial<Omit<ApplicationSettings, 'kind'>> {
  const settings = {
    name: body.name,
    redirectUris: body.redirect_uris,
    postLogoutRedirectUris: body.post_logout_redirect_uris,
    scopes: body.scopes,
    grantTypes: body.grant_types,
    firstParty: body.first_party,
    skipConsent: body.skip_consent,
    requirePkce: body.require_pkce,
    signingAlg: body.signing_alg,
    accessTokenLifetime: body.access_token_lifetime,
    allowedOrigins: body.allowed_origins,
    backchannelLogoutUri: body.backchannel_logout_uri,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

export class AdminRotateSecretRequest {
  @OptionalInteger({
    min: 0,
    max: LONGEST_OVERLAP_SECONDS,
    description: `Seconds that the present secret still counts; ${DEFAULT_OVERLAP_SECONDS} by default, 0 when it has leaked`,
    example: 3600,
  })
  overlap?: number;
}

export class AdminRotatedSecretResponse {
  @ApiProperty({ example: '5f1d7a84db00d2fce00b31a7fc73224f' }) uid!: string;
  @ApiProperty({ description: 'Shown this once' }) secret!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) previous_secret_expires_at!: string | null;

  static from(uid: string, { secret, previousExpiresAt }: RotatedSecret): AdminRotatedSecretResponse {
    return { uid, secret, previous_secret_expires_at: previousExpiresAt?.toISOString() ?? null };
  }
}

export class AdminApplicationResponse {
  @ApiProperty({ example: '5f1d7a84db00d2fce00b31a7fc73224f' }) uid!: string;
  @ApiProperty({ example: 'Exchange' }) name!: string;
  @ApiProperty({ enum: APPLICATION_KINDS }) kind!: string;
  @ApiProperty(docs.redirectUris) redirect_uris!: string[];
  @ApiProperty(docs.postLogoutRedirectUris) post_logout_redirect_uris!: string[];
  @ApiProperty(docs.scopes) scopes!: string[];
  @ApiProperty({ enum: GRANT_TYPES, isArray: true }) grant_types!: string[];
  @ApiProperty(docs.firstParty) first_party!: boolean;
  @ApiProperty(docs.skipConsent) skip_consent!: boolean;
  @ApiProperty(docs.requirePkce) require_pkce!: boolean;
  @ApiProperty({ enum: SIGNING_ALGS }) signing_alg!: string;
  @ApiProperty(docs.lifetime) access_token_lifetime!: number;
  @ApiProperty(docs.origins) allowed_origins!: string[];
  @ApiProperty({ ...docs.backchannelLogoutUri, type: String, nullable: true }) backchannel_logout_uri!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'While two secrets count' })
  previous_secret_expires_at!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(application: Application): AdminApplicationResponse {
    return {
      uid: application.uid,
      name: application.name,
      kind: application.kind,
      redirect_uris: application.redirectUris,
      post_logout_redirect_uris: application.postLogoutRedirectUris,
      scopes: application.scopes,
      grant_types: application.grantTypes,
      first_party: application.firstParty,
      skip_consent: application.skipConsent,
      require_pkce: application.requirePkce,
      signing_alg: application.signingAlg,
      access_token_lifetime: application.accessTokenLifetime,
      allowed_origins: application.allowedOrigins,
      backchannel_logout_uri: application.backchannelLogoutUri,
      previous_secret_expires_at: application.previousSecretExpiresAt?.toISOString() ?? null,
      created_at: application.createdAt.toISOString(),
      updated_at: application.updatedAt.toISOString(),
    };
  }
}

export class AdminCreatedApplicationResponse extends AdminApplicationResponse {
  @ApiProperty({ description: 'Shown this once; absent for public applications', required: false }) secret?: string;
}

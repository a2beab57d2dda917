import type { Adapter, ClientMetadata, Configuration } from 'oidc-provider';
import { OIDC_SCOPES } from '../common/principal.js';
import type { Config } from '../config/config.js';
import { ACR_VALUES } from './level-request.js';
import { type AccountClaims, type ClaimsService, CLAIMS_BY_SCOPE } from './claims.service.js';
import { CLIENT_PROPERTIES } from './oauth-clients.service.js';
import type { GrantIssuer } from './grant-issuer.service.js';
import { createPolicy } from './policy.js';
import type { ProviderPages } from './pages/provider-pages.js';
import { sessionCookie, sessionLifetime } from './page-sessions/session-lifetime.js';
import { ROUTES } from './routes.js';
import { stampAccessToken } from './access-token-stamp.js';
import { registrationFeature } from './registration/registration-endpoint.js';
import { admitMetadata } from './registration/registration-metadata.js';

export interface ConfigurationParts {
  config: Config;
  adapter: (model: string) => Adapter;
  claims: ClaimsService;
  grants: GrantIssuer;
  pages: ProviderPages;
  fetch: NonNullable<Configuration['fetch']>;
  jwks: Configuration['jwks'];
  cookieKeys: string[];
}

const MINUTE = 60;
const DAY = 86_400;
const SIGNING_ALGORITHMS = ['RS256', 'ES256'] as const;

/** The provider, told what it may do. Whatever is not named here is off. */
export function createConfiguration(parts: ConfigurationParts): Configuration {
  const { config, claims, grants } = parts;
  return {
    adapter: parts.adapter,
    fetch: parts.fetch,
    jwks: parts.jwks,
    cookies: cookies(parts),
    routes: ROUTES,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    acrValues: [...ACR_VALUES],
    scopes: [...OIDC_SCOPES],
    claims: { ...CLAIMS_BY_SCOPE, acr: null, amr: null, auth_time: null, sid: null, iss: null },
    conformIdTokenClaims: false,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: {
      idTokenSigningAlgValues: [...SIGNING_ALGORITHMS],
      clientAuthSigningAlgValues: [...SIGNING_ALGORITHMS],
      dPoPSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    },
    extraClientMetadata: { properties: Object.values(CLIENT_PROPERTIES), validator: admitMetadata },
    clientBasedCORS: (_ctx, origin, client) => listOf(client[CLIENT_PROPERTIES.allowedOrigins]).includes(origin),
    pkce: { required: (_ctx, client) => client[CLIENT_PROPERTIES.requirePkce] !== false },
    features: features(parts),
    findAccount: (_ctx, uid) => claims.findAccount(uid),
    extraTokenClaims: (ctx, token) =>
      'accountId' in token && token.accountId ? claims.extraTokenClaims(ctx, token) : undefined,
    formats: {
      customizers: {
        jwt: (ctx, token, structured) =>
          stampAccessToken(config, token, structured, ctx.oidc.entities.Account as AccountClaims | undefined),
      },
    },
    interactions: { policy: createPolicy(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: (ctx) => grants.load(ctx),
    issueRefreshToken: (_ctx, client, code) =>
      // Clients of 2018 know neither openid nor offline_access; they expect a refresh token.
      Promise.resolve(
        client.grantTypeAllowed('refresh_token') && (code.scopes.has('offline_access') || !code.scopes.has('openid')),
      ),
    rotateRefreshToken: true,
    revokeGrantPolicy: (ctx) => ctx.oidc.route !== 'revocation' || ctx.oidc.entities.RefreshToken !== undefined,
    // Signing out ends all but what the person agreed to for times of absence (CONTROLS C-30).
    expiresWithSession: (_ctx, source) => Promise.resolve(!source.scopes.has('offline_access')),
    renderError: parts.pages.error,
    ttl: lifetimes(),
  };
}

function features({ config, grants, pages }: ConfigurationParts): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: true },
    clientCredentials: { enabled: true },
    claimsParameter: { enabled: false },
    introspection: { enabled: true, allowedPolicy: ownTokensOnly },
    revocation: { enabled: true, allowedPolicy: ownTokensOnly },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    registration: registrationFeature(config.registrationToken),
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: pages.confirmSignOut,
      postLogoutSuccessSource: pages.signedOut,
    },
    backchannelLogout: { enabled: true },
    deviceFlow: {
      enabled: true,
      charset: 'base-20',
      mask: '****-****',
      userCodeInputSource: pages.deviceCode,
      userCodeConfirmSource: pages.deviceConfirm,
      successSource: pages.deviceDone,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => Promise.resolve(config.apiAudience),
      useGrantedResource: () => Promise.resolve(true),
      getResourceServerInfo: (_ctx, resource, client) => grants.resourceServer(resource, client),
    },
  };
}

function cookies({ config, cookieKeys }: ConfigurationParts): Configuration['cookies'] {
  const { isHttps } = config;
  const common = { signed: true, httpOnly: true, sameSite: 'lax', secure: isHttps } as const;
  return {
    keys: cookieKeys,
    // __Host- asks for Path=/, which the cookies of one interaction do not have.
    names: {
      session: sessionCookie(config),
      interaction: isHttps ? '__Secure-barong_interaction' : 'barong_interaction',
      resume: isHttps ? '__Secure-barong_resume' : 'barong_resume',
    },
    long: { ...common, path: '/' },
    short: common,
  };
}

function lifetimes(): Configuration['ttl'] {
  return {
    AccessToken: (_ctx, _token, client) => accessTokenLifetime(client),
    ClientCredentials: (_ctx, _token, client) => accessTokenLifetime(client),
    AuthorizationCode: MINUTE,
    IdToken: 60 * MINUTE,
    DeviceCode: 10 * MINUTE,
    Grant: 90 * DAY,
    Interaction: 60 * MINUTE,
    // Slides by 14 days at each use, and ends for good 90 days after the first one was issued.
    RefreshToken: (_ctx, token) => Math.max(1, Math.min(14 * DAY, (token.iiat ?? now()) + 90 * DAY - now())),
    Session: (_ctx, session) => sessionLifetime(session, now()),
  };
}

const ownTokensOnly = (_ctx: unknown, client: { clientId: string }, token: { clientId?: string | undefined }) =>
  Promise.resolve(token.clientId === client.clientId);
const now = (): number => Math.floor(Date.now() / 1000);
const accessTokenLifetime = (client: ClientMetadata | object): number =>
  Number((client as Record<string, unknown>)[CLIENT_PROPERTIES.accessTokenLifetime] ?? 15 * MINUTE);
const listOf = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);

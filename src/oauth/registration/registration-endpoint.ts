import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { newApplicationUid } from '../../applications/application-rules.js';
import { matchesSecret } from '../../applications/application-secrets.service.js';
import { hashToken, newToken } from '../../infra/crypto/random-token.js';
import { registrationAnswer } from './registration-metadata.js';

type Feature = NonNullable<NonNullable<Configuration['features']>['registration']>;

const PATH = '/oauth/register';

/** Dynamic client registration (RFC 7591) behind the token of the operator; without one it is off. */
export function registrationFeature(token: string | undefined): Feature {
  if (token === undefined) return { enabled: false };
  return {
    enabled: true,
    initialAccessToken: token,
    // What was registered is changed by administrators only.
    issueRegistrationAccessToken: false,
    idFactory: newApplicationUid,
    secretFactory: () => newToken().token,
  };
}

/** Who may not register hears so before anything about the body; who did gets what was kept, and nothing of ours. */
export function registrationEndpoint(token: string) {
  const hashes = [hashToken(token)];
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.path !== PATH && !ctx.path.startsWith(`${PATH}/`)) return next();
    const presented = /^Bearer ([^\s,]+)$/i.exec(ctx.get('authorization'))?.[1];
    if (!matchesSecret(hashes, presented)) return refuse(ctx, presented !== undefined);
    await next();
    const isRegistered = ctx.oidc?.route === 'registration' && ctx.status === 201;
    if (isRegistered) ctx.body = registrationAnswer(ctx.body as ClientMetadata & Record<string, unknown>);
  };
}

/** RFC 6750, section 3.1: who showed no token is told of no error. */
function refuse(ctx: KoaContextWithOIDC, hasToken: boolean): void {
  ctx.status = 401;
  ctx.set('WWW-Authenticate', `Bearer realm="barong"${hasToken ? ', error="invalid_token"' : ''}`);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { error: 'invalid_token', error_description: 'the initial access token is missing or wrong' };
}

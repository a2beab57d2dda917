import { Injectable } from '@nestjs/common';
import type { AdapterPayload } from 'oidc-provider';
import { AppError } from '../../common/app-error.js';
import { AccessTokens } from '../../auth/access-tokens.service.js';
import type { TokenClaims } from '../../auth/token-claims.js';

/** Put in front of a JWT that the provider would else refuse to look at; see structured-tokens.middleware.ts. */
export const STRUCTURED_TOKEN_PREFIX = 'jwt~';

/**
 * Gives the provider our JWTs as if it had stored them: verified, not revoked, of an account that may act. With this
 * its own introspection, revocation and UserInfo answer for them.
 */
@Injectable()
export class PresentedTokens {
  constructor(private readonly tokens: AccessTokens) {}

  async find(model: 'AccessToken' | 'ClientCredentials', presented: string): Promise<AdapterPayload | undefined> {
    const isQuestionAboutToken = presented.startsWith(STRUCTURED_TOKEN_PREFIX);
    const token = isQuestionAboutToken ? presented.slice(STRUCTURED_TOKEN_PREFIX.length) : presented;
    const claims = await this.verified(token);
    if (!claims || (claims.sub === claims.client_id) !== (model === 'ClientCredentials')) return undefined;
    return toPayload(model, claims, isQuestionAboutToken);
  }

  private async verified(token: string): Promise<TokenClaims | undefined> {
    try {
      return await this.tokens.verify(token);
    } catch (error) {
      // Bad, expired and revoked tokens are all just not there; a database that is away is not that.
      if (error instanceof AppError && error.status === 401) return undefined;
      throw error;
    }
  }
}

/** At UserInfo the provider wants no audience; asked about a token it tells what is in it. */
function toPayload(model: string, claims: TokenClaims, tellsAudience: boolean): AdapterPayload {
  const { aud, client_id, scope, jti, iat, exp, sub, grant_id, cnf, iss: _iss, sid, ...extra } = claims;
  return {
    kind: model,
    jti,
    iat,
    exp,
    clientId: client_id,
    scope,
    ...(model === 'AccessToken' && { accountId: sub, ...(grant_id && { grantId: grant_id }) }),
    ...(cnf?.jkt && { jkt: cnf.jkt }),
    ...(tellsAudience && { aud, extra: { ...extra, ...(sid && { sid }) } }),
  };
}

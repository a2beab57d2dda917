import type { JWTStructured, AccessToken, ClientCredentials } from 'oidc-provider';
import type { Config } from '../config/config.js';
import type { AccountClaims } from './claims.service.js';

/**
 * The last word on an access token before it is signed: it is good at its application and at our API, and never dated
 * before the moment from which the account's tokens count.
 */
export function stampAccessToken(
  config: Config,
  token: AccessToken | ClientCredentials,
  structured: JWTStructured,
  account: AccountClaims | undefined,
): void {
  const { payload } = structured;
  payload.aud = [token.clientId as string, config.apiAudience];
  const validAfter = Math.floor((account?.account.tokensValidAfter.getTime() ?? 0) / 1000);
  payload.iat = Math.max(payload.iat as number, validAfter);
}

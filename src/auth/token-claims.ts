import type { AccountState, Role } from '../common/principal.js';

/** `typ` of every access token's header (RFC 9068, section 2.1); ID tokens have another and are refused. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** What an access token says (RFC 9068, section 2.2, and Barong's own claims). Times in seconds since the epoch. */
export interface TokenClaims {
  iss: string;
  /** The account's uid. */
  sub: string;
  /** The application's uid and this server's API. */
  aud: string[];
  client_id: string;
  /** Separated by spaces. */
  scope: string;
  jti: string;
  iat: number;
  exp: number;
  sid: string;
  auth_time: number;
  /** RFC 8176. */
  amr: string[];
  /** `session` on tokens of POST /sessions only; without it a token is a third party's and has just its scopes. */
  token_use?: 'session';
  /** Grant of the OAuth flow that it came from; withdrawing that ends the token. */
  grant_id?: string;
  /** Thumbprint of the key that whoever presents the token must prove to have (RFC 9449, section 6.1). */
  cnf?: { jkt?: string };
  uid: string;
  email?: string;
  role: Role;
  level: number;
  state: AccountState;
}

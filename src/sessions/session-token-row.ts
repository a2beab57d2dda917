import type { SessionToken } from '../auth/token-issuer.service.js';
import type { AccountState, Role } from '../common/principal.js';

/** What a token is made of, read from `session`, `accounts` and `applications`. */
export const SESSION_TOKEN_COLUMNS = `
  session.id AS sid, session.amr, session.authenticated_at,
  accounts.uid, accounts.email, accounts.role, accounts.level, accounts.state,
  applications.uid AS application_uid, applications.scopes, applications.signing_alg`;

export interface SessionTokenRow {
  sid: string;
  amr: string[];
  authenticated_at: Date;
  issued_at: Date;
  token_ends_at: Date;
  uid: string;
  email: string;
  role: Role;
  level: number;
  state: AccountState;
  application_uid: string;
  scopes: string[];
  signing_alg: SessionToken['application']['signingAlg'];
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

export function toSessionToken(row: SessionTokenRow): SessionToken {
  return {
    account: { uid: row.uid, email: row.email, role: row.role, level: row.level, state: row.state },
    application: { uid: row.application_uid, scopes: row.scopes, signingAlg: row.signing_alg },
    sessionId: row.sid,
    issuedAt: seconds(row.issued_at),
    expiresAt: seconds(row.token_ends_at),
    authTime: seconds(row.authenticated_at),
    amr: row.amr,
  };
}

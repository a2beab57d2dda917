import { Injectable } from '@nestjs/common';
import { CredentialsService } from '../accounts/credentials.service.js';
import { canonicalEmail } from '../accounts/email-address.js';
import type { AccountState } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { PasswordHasher } from '../infra/crypto/password-hasher.service.js';
import { Database } from '../infra/database/database.service.js';
import { countSignIn } from '../infra/metrics/metrics.js';
import { SessionErrors } from './sessions.errors.js';
import { SignInAttempts } from './sign-in-attempts.service.js';

export interface GivenPassword {
  /** Blank arrives as '' or null. */
  email: string | null;
  password: string | null;
  /** The first-party application that took the password; absent on our own pages. */
  applicationUid?: string;
  /** What the browser sent as the cookie of known devices; on our own pages only. */
  deviceCookie?: string | undefined;
}

/** An account whose password was right, and which may act. */
export interface ProvenPassword {
  accountId: string;
  uid: string;
  email: string;
  otpEnabled: boolean;
  /** Null when no application was asked for. */
  applicationId: string | null;
  /** The hash that the password was checked against; what follows must hold only while it is still there. */
  passwordHash: string;
}

interface Candidate {
  account_id: string | null;
  uid: string | null;
  email: string | null;
  state: AccountState | null;
  otp_enabled: boolean | null;
  password_hash: string | null;
  application_id: string | null;
}

interface Known {
  account_id: string;
  uid: string;
  email: string;
  state: AccountState;
  otp_enabled: boolean;
  password_hash: string;
  application_id: string | null;
}

/** Account and application in one look, each of which may be missing. */
const FIND_CANDIDATE = `
  SELECT accounts.id AS account_id, accounts.uid, accounts.email, accounts.state, accounts.otp_enabled,
    credentials.password_hash, applications.id AS application_id
  FROM (VALUES (1)) AS one
  LEFT JOIN accounts ON accounts.email = $1
  LEFT JOIN credentials ON credentials.account_id = accounts.id
  LEFT JOIN applications ON applications.uid = $2 AND applications.first_party`;

/** Proving who you are with a password: one way, for the API, the pages and OAuth. */
@Injectable()
export class PasswordProofs {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly credentials: CredentialsService,
    private readonly attempts: SignInAttempts,
  ) {}

  /**
   * Costs exactly one password hash on every path, and says more than `401 Unauthorized` only after a right password.
   * @throws AppError 401, 429, 503 when too much waits to be hashed
   */
  async prove(given: GivenPassword, origin: RequestOrigin): Promise<ProvenPassword> {
    this.hasher.assertCapacity();
    const email = canonicalEmail(given.email ?? '');
    const attempt = await this.attempts.begin(email, origin, given.deviceCookie);
    const candidate = await this.findCandidate(email, given.applicationUid);
    const known = await this.check(given, candidate);
    if (!known) {
      await this.attempts.failed(attempt, candidate.uid);
      throw SessionErrors.unauthorized();
    }
    await this.attempts.proven(attempt);
    assertMayAct(known.state);
    return known;
  }

  private async findCandidate(email: string | null, applicationUid = ''): Promise<Candidate> {
    const rows = await this.database.query<Candidate>('sign-in-candidate', FIND_CANDIDATE, [email, applicationUid]);
    return rows[0];
  }

  private async check(given: GivenPassword, candidate: Candidate) {
    const password = given.password ?? '';
    const { valid, outdated } = await this.hasher.verify(password, candidate.password_hash ?? undefined);
    const isKnown = given.applicationUid === undefined || candidate.application_id !== null;
    if (!valid || !isKnown || !hasAccount(candidate)) return undefined;
    const { account_id: accountId, uid, email, state, otp_enabled: otpEnabled, password_hash: hash } = candidate;
    const passwordHash = outdated ? await this.credentials.rehash(accountId, password, hash) : hash;
    if (passwordHash === undefined) return undefined;
    return { accountId, uid, email, state, otpEnabled, passwordHash, applicationId: candidate.application_id };
  }
}

/** The columns of an account come together or not at all. */
function hasAccount(candidate: Candidate): candidate is Known {
  return candidate.account_id !== null && candidate.password_hash !== null;
}

/** To be told only to who has proved to be the owner. @throws AppError 401 */
export function assertMayAct(state: AccountState): void {
  if (state === 'active') return;
  countSignIn('inactive');
  throw state === 'pending' ? SessionErrors.emailNotConfirmed() : SessionErrors.locked();
}

import { Injectable } from '@nestjs/common';
import { canonicalEmail } from '../accounts/email-address.js';
import { CredentialsService } from '../accounts/credentials.service.js';
import type { AccountState } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { PasswordHasher } from '../infra/crypto/password-hasher.service.js';
import { Database } from '../infra/database/database.service.js';
import { SecondFactor } from './second-factor.service.js';
import { SessionErrors } from './sessions.errors.js';
import { SignInAttempts } from './sign-in-attempts.service.js';

export interface SignIn {
  /** Blank arrives as '' or null. */
  email: string | null;
  password: string | null;
  applicationUid: string;
  otpCode?: string | undefined;
  recoveryCode?: string | undefined;
}

/** A person who has proved who they are, to an application that may ask for that. */
export interface SignedIn {
  accountId: string;
  uid: string;
  applicationId: string;
  /** The hash that the password was checked against; a session opens only while it still holds. */
  passwordHash: string;
  /** RFC 8176. */
  amr: string[];
}

interface Candidate {
  account_id: string | null;
  uid: string | null;
  state: AccountState | null;
  otp_enabled: boolean | null;
  password_hash: string | null;
  application_id: string | null;
}

/** Account and application in one look, each of which may be missing. */
const FIND_CANDIDATE = `
  SELECT accounts.id AS account_id, accounts.uid, accounts.state, accounts.otp_enabled,
    credentials.password_hash, applications.id AS application_id
  FROM (VALUES (1)) AS one
  LEFT JOIN accounts ON accounts.email = $1
  LEFT JOIN credentials ON credentials.account_id = accounts.id
  LEFT JOIN applications ON applications.uid = $2 AND applications.first_party`;

/** Proving who you are with a password: one way, for the API, the pages and OAuth. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly credentials: CredentialsService,
    private readonly attempts: SignInAttempts,
    private readonly secondFactor: SecondFactor,
  ) {}

  /**
   * Costs exactly one password hash on every path, and says more than `401 Unauthorized` only after a right password.
   * @throws AppError 401, 403 for the second factor, 503 when too much waits to be hashed
   */
  async authenticate(input: SignIn, origin: RequestOrigin): Promise<SignedIn> {
    this.hasher.assertCapacity();
    const email = canonicalEmail(input.email ?? '');
    const attempt = await this.attempts.begin(email, origin);
    const candidate = await this.findCandidate(email, input.applicationUid);
    const known = await this.checkPassword(input.password ?? '', candidate);
    if (!known) {
      await this.attempts.failed(attempt, candidate.uid);
      throw SessionErrors.unauthorized();
    }
    assertMayAct(known.state);
    const factor = await this.secondFactor.demand(known, input);
    await this.attempts.succeeded(attempt);
    const { accountId, uid, applicationId, passwordHash } = known;
    return { accountId, uid, applicationId, passwordHash, amr: ['pwd', ...factor] };
  }

  private async findCandidate(email: string | null, applicationUid: string): Promise<Candidate> {
    const rows = await this.database.query<Candidate>('sign-in-candidate', FIND_CANDIDATE, [email, applicationUid]);
    return rows[0];
  }

  private async checkPassword(password: string, candidate: Candidate) {
    const { account_id: accountId, uid, state, application_id: applicationId, password_hash: passwordHash } = candidate;
    const check = await this.hasher.verify(password, passwordHash ?? undefined);
    if (!check.valid || !accountId || !uid || !state || !passwordHash || !applicationId) return undefined;
    const present = check.outdated ? await this.credentials.rehash(accountId, password, passwordHash) : passwordHash;
    if (present === undefined) return undefined;
    return { accountId, uid, state, applicationId, passwordHash: present, otpEnabled: candidate.otp_enabled === true };
  }
}

function assertMayAct(state: AccountState): void {
  if (state === 'pending') throw SessionErrors.emailNotConfirmed();
  if (state !== 'active') throw SessionErrors.locked();
}

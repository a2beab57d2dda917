import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { newToken, hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { Admissions, type PersonSignedIn } from './admissions.service.js';
import { SecondFactor, type GivenFactor } from './second-factor.service.js';
import { type GivenPassword, PasswordProofs, type ProvenPassword } from './password-proofs.service.js';

export type { PersonSignedIn } from './admissions.service.js';

/** How long the second step may take. */
const CHALLENGE_SECONDS = 5 * 60;

/** A right password that waits for its second factor; the token goes into the page. */
export interface Challenge {
  challenge: string;
  /** Whether a passkey may be the second factor. */
  hasPasskeys: boolean;
}

interface ChallengeRow {
  account_id: string;
  password_hash: string;
  uid: string;
  email: string;
}

/** Signing in on pages: the password on one, the second factor on the next. The checks are those of the API. */
@Injectable()
export class InteractiveSignInService {
  constructor(
    private readonly database: Database,
    private readonly proofs: PasswordProofs,
    private readonly secondFactor: SecondFactor,
    private readonly admissions: Admissions,
  ) {}

  /**
   * @param place where the sign-in happens; a challenge is good at this place only
   * @throws AppError as POST /sessions
   */
  async begin(
    input: Omit<GivenPassword, 'applicationUid'>,
    place: string,
    origin: RequestOrigin,
  ): Promise<PersonSignedIn | Challenge> {
    const proven = await this.proofs.prove(input, origin);
    if (proven.otpEnabled) return this.challenge(proven, place);
    const account = { id: proven.accountId, uid: proven.uid };
    return this.admissions.byPassword(account, proven.passwordHash, [], { place, origin });
  }

  /**
   * @returns undefined when the challenge is unknown, used, too old, or of another place
   * @throws AppError 403 for a wrong code or passkey, 429; the challenge stays good until it is too old
   */
  async finish(
    challenge: string,
    place: string,
    factor: GivenFactor,
    origin: RequestOrigin,
  ): Promise<PersonSignedIn | undefined> {
    const row = await this.find(challenge, place);
    if (!row) return undefined;
    const { account_id: accountId, password_hash: passwordHash, uid, email } = row;
    const factors = await this.secondFactor.demand({ accountId, uid, email, otpEnabled: true }, factor, origin);
    if (!(await this.consume(challenge))) return undefined;
    return this.admissions.byPassword({ id: accountId, uid }, passwordHash, factors, { place, origin });
  }

  /**
   * What the browser is told that shall use a passkey as the second factor.
   * @param browser see PasskeyBrowser
   * @returns undefined as `finish`
   */
  async askForPasskey(challenge: string, place: string, browser: string) {
    const row = await this.find(challenge, place);
    return row && this.secondFactor.askForPasskey(row.account_id, browser);
  }

  /**
   * Signs a person in anew where they just chose this password, which ended all their sessions.
   * @param factors proved in this very request
   */
  async again(
    input: { email: string; password: string },
    factors: string[],
    place: string,
    origin: RequestOrigin,
  ): Promise<PersonSignedIn> {
    const { accountId: id, uid, passwordHash } = await this.proofs.prove(input, origin);
    return this.admissions.byPassword({ id, uid }, passwordHash, factors, { place, origin });
  }

  private async challenge({ accountId, passwordHash }: ProvenPassword, place: string): Promise<Challenge> {
    const { token, hash } = newToken();
    await this.database.query(
      'open-sign-in-challenge',
      `INSERT INTO sign_in_challenges (id_hash, account_id, password_hash, place, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [hash, accountId, passwordHash, place, CHALLENGE_SECONDS],
    );
    return { challenge: token, hasPasskeys: await this.secondFactor.hasPasskeys(accountId) };
  }

  private async find(challenge: string, place: string): Promise<ChallengeRow | undefined> {
    const rows = await this.database.query<ChallengeRow>(
      'find-sign-in-challenge',
      `SELECT account_id, password_hash, accounts.uid, accounts.email FROM sign_in_challenges
       JOIN accounts ON accounts.id = sign_in_challenges.account_id
       WHERE id_hash = $1 AND place = $2 AND expires_at > now()`,
      [hashToken(challenge), place],
    );
    return rows[0];
  }

  private async consume(challenge: string): Promise<boolean> {
    const rows = await this.database.query(
      'consume-sign-in-challenge',
      'DELETE FROM sign_in_challenges WHERE id_hash = $1 AND expires_at > now() RETURNING 1',
      [hashToken(challenge)],
    );
    return rows.length > 0;
  }
}

import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { AuditService } from '../audit/audit.service.js';
import { newToken, hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { SecondFactor, type GivenFactor } from './second-factor.service.js';
import { SessionErrors } from './sessions.errors.js';
import { PasswordProofs, type ProvenPassword } from './password-proofs.service.js';

/** How long the second step may take. */
const CHALLENGE_SECONDS = 5 * 60;

/** Somebody who has proved who they are on one of our pages. */
export interface PersonSignedIn {
  uid: string;
  level: number;
  /** RFC 8176. */
  amr: string[];
  /** Seconds since the epoch by the database's clock; never before the moment from which the account's tokens count. */
  authenticatedAt: number;
}

/** A right password that waits for its second factor; the token goes into the page. */
export interface Challenge {
  challenge: string;
}

interface ChallengeRow {
  account_id: string;
  password_hash: string;
  uid: string;
  email: string;
}

/** Holds only while the password is the one that was checked, no factor is left out, and the account may act. */
const ADMIT = `
  SELECT accounts.uid, accounts.level,
    extract(epoch FROM greatest(date_trunc('second', now()), tokens_valid_after))::float8 AS authenticated_at
  FROM accounts JOIN credentials ON credentials.account_id = accounts.id
  WHERE accounts.id = $1 AND accounts.state = 'active' AND credentials.password_hash = $2
    AND (NOT accounts.otp_enabled OR $3)
  FOR SHARE OF accounts, credentials`;

/** Signing in on pages: the password on one, the second factor on the next. The checks are those of the API. */
@Injectable()
export class InteractiveSignInService {
  constructor(
    private readonly database: Database,
    private readonly proofs: PasswordProofs,
    private readonly secondFactor: SecondFactor,
    private readonly audit: AuditService,
  ) {}

  /**
   * @param place where the sign-in happens; a challenge is good at this place only
   * @throws AppError as POST /sessions
   */
  async begin(
    input: { email: string; password: string },
    place: string,
    origin: RequestOrigin,
  ): Promise<PersonSignedIn | Challenge> {
    const proven = await this.proofs.prove(input, origin);
    return proven.otpEnabled ? this.challenge(proven, place) : this.admit(proven, [], place, origin);
  }

  /**
   * @returns undefined when the challenge is unknown, used, too old, or of another place
   * @throws AppError 403 for a wrong code, 429; the challenge stays good until it is too old
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
    const amr = await this.secondFactor.demand({ accountId, uid, email, otpEnabled: true }, factor, origin);
    if (!(await this.consume(challenge))) return undefined;
    return this.admit({ accountId, uid, passwordHash }, amr, place, origin);
  }

  private async admit(
    proven: Pick<ProvenPassword, 'accountId' | 'uid' | 'passwordHash'>,
    factors: string[],
    place: string,
    origin: RequestOrigin,
  ): Promise<PersonSignedIn> {
    const { accountId, uid, passwordHash } = proven;
    return this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ uid: string; level: number; authenticated_at: number }[]>(ADMIT, [
        accountId,
        passwordHash,
        factors.length > 0,
      ]);
      if (!row) throw SessionErrors.unauthorized();
      await this.audit.record(tx, { action: 'session.created', actor: uid, target: uid, origin, details: { place } });
      return { uid, level: row.level, amr: ['pwd', ...factors], authenticatedAt: row.authenticated_at };
    });
  }

  private async challenge({ accountId, passwordHash }: ProvenPassword, place: string): Promise<Challenge> {
    const { token, hash } = newToken();
    await this.database.query(
      'open-sign-in-challenge',
      `INSERT INTO sign_in_challenges (id_hash, account_id, password_hash, place, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [hash, accountId, passwordHash, place, CHALLENGE_SECONDS],
    );
    return { challenge: token };
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

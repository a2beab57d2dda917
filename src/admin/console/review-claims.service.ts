import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/principal.js';
import { Database } from '../../infra/database/database.service.js';
import { ReviewErrors } from './reviews.errors.js';

/** Who is looking at a profile. */
export interface ReviewClaim {
  /** Uid of the account that is looked at. */
  uid: string;
  reviewer_uid: string;
  reviewer_email: string;
  taken_at: Date;
  expires_at: Date;
}

const CLAIM_SECONDS = 15 * 60;
/** Of reviewers who ask for the next one in the same moment, one gets it and the others look again. */
const MOST_TRIES = 5;

const LIST = `
  SELECT owner.uid, reviewer_uid, reviewer.email AS reviewer_email, taken_at, expires_at
  FROM review_claims JOIN accounts AS owner ON owner.id = account_id JOIN accounts AS reviewer ON reviewer.uid = reviewer_uid
  WHERE owner.uid = ANY($1) AND expires_at > now()`;

/** One statement, so that of two reviewers one is first. Whoever has it may take it again; nobody takes their own. */
const TAKE = `
  INSERT INTO review_claims (account_id, reviewer_uid, expires_at)
  SELECT profiles.account_id, $2, now() + make_interval(secs => ${CLAIM_SECONDS})
  FROM profiles JOIN accounts ON accounts.id = profiles.account_id
  WHERE accounts.uid = $1 AND accounts.uid <> $2 AND profiles.state = 'pending'
  ON CONFLICT (account_id) DO UPDATE SET
    taken_at = CASE WHEN review_claims.reviewer_uid = $2 THEN review_claims.taken_at ELSE now() END,
    reviewer_uid = $2, expires_at = excluded.expires_at
  WHERE review_claims.expires_at <= now() OR review_claims.reviewer_uid = $2
  RETURNING 1`;

/** The one that waits longest; nobody reviews themselves. */
const NEXT = `
  SELECT accounts.uid FROM profiles JOIN accounts ON accounts.id = profiles.account_id
  WHERE profiles.state = 'pending' AND accounts.uid <> $1 AND NOT EXISTS (
    SELECT 1 FROM review_claims
    WHERE account_id = profiles.account_id AND expires_at > now() AND reviewer_uid <> $1)
  ORDER BY profiles.submitted_at, profiles.id LIMIT 1`;

/**
 * Keeps reviewers out of each other's way for 15 minutes. It is a courtesy: what a decision is about is guarded by the
 * decision itself.
 */
@Injectable()
export class ReviewClaims {
  constructor(private readonly database: Database) {}

  /** Those that hold now. */
  listOf(accountUids: string[]): Promise<ReviewClaim[]> {
    return this.database.query<ReviewClaim>('review-claims', LIST, [accountUids]);
  }

  /** Does nothing for a profile that does not wait. @throws AppError 409 while another reviewer has it */
  async take({ account }: Principal, accountUid: string): Promise<void> {
    if (await this.tryTake(account.uid, accountUid)) return;
    const [other] = await this.listOf([accountUid]);
    if (other && other.reviewer_uid !== account.uid) throw ReviewErrors.taken();
  }

  /** Takes the one that waits longest and that nobody else has. @returns whose it is; undefined when there is none */
  async takeNext({ account }: Principal): Promise<string | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const [next] = await this.database.query<{ uid: string }>('next-review', NEXT, [account.uid]);
      if (!next) return undefined;
      if (await this.tryTake(account.uid, next.uid)) return next.uid;
    }
    return undefined;
  }

  /** Gives it back; nothing happens to what another reviewer has. What was left lying is swept up with it. */
  async release({ account }: Principal, accountUid: string): Promise<void> {
    await this.database.query(
      'release-review',
      `DELETE FROM review_claims
       WHERE (account_id = (SELECT id FROM accounts WHERE uid = $1) AND reviewer_uid = $2)
         OR expires_at < now() - interval '1 day'`,
      [accountUid, account.uid],
    );
  }

  private async tryTake(reviewerUid: string, accountUid: string): Promise<boolean> {
    return (await this.database.query('take-review', TAKE, [accountUid, reviewerUid])).length > 0;
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What can happen to a level. */
export type LevelEvent = 'emailConfirmed' | 'phoneVerified' | 'identityApproved' | 'identityRejected';

/** The fact each event sets or takes back. */
const FACT: Record<LevelEvent, string> = {
  emailConfirmed: 'email_confirmed_at = coalesce(email_confirmed_at, now())',
  phoneVerified: 'phone_verified_at = coalesce(phone_verified_at, now())',
  identityApproved: 'identity_approved_at = coalesce(identity_approved_at, now())',
  identityRejected: 'identity_approved_at = NULL',
};

/** Each step needs the one before it: an identity approved before the phone counts once the phone is verified. */
const REACHED = `CASE
  WHEN email_confirmed_at IS NULL THEN 0
  WHEN phone_verified_at IS NULL THEN 1
  WHEN identity_approved_at IS NULL THEN 2
  ELSE 3 END`;

/**
 * The one place where levels move, and only by what happened: 1 e-mail confirmed, 2 phone verified, 3 identity
 * approved. Nothing lowers a level but the rejection of an approved identity, from 3 to 2.
 */
@Injectable()
export class LevelsService {
  /** Records the event in the caller's transaction. @returns the level after it */
  async record(tx: EntityManager, accountId: string, event: LevelEvent): Promise<number> {
    await tx.query(`UPDATE accounts SET ${FACT[event]}, updated_at = now() WHERE id = $1`, [accountId]);
    const lowered = event === 'identityRejected' ? 'least(level, 2)' : `greatest(level, ${REACHED})`;
    const [rows] = await tx.query<[{ level: number }[], number]>(
      `UPDATE accounts SET level = ${lowered} WHERE id = $1 RETURNING level`,
      [accountId],
    );
    return rows[0]?.level ?? 0;
  }
}

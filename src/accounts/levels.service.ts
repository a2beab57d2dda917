import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AccountEventRecord } from './account-event-record.js';
import { AccountRows } from './account-rows.service.js';

/** What can happen to a level. */
export type LevelEvent = 'emailConfirmed' | 'phoneVerified' | 'identityApproved' | 'identityRejected';

type Fact = 'email_confirmed_at' | 'phone_verified_at' | 'identity_approved_at';

/** The fact that each event sets or takes back, and its value after it. */
const CHANGES: Record<LevelEvent, { fact: Fact; after: string }> = {
  emailConfirmed: { fact: 'email_confirmed_at', after: 'coalesce(email_confirmed_at, now())' },
  phoneVerified: { fact: 'phone_verified_at', after: 'coalesce(phone_verified_at, now())' },
  identityApproved: { fact: 'identity_approved_at', after: 'coalesce(identity_approved_at, now())' },
  identityRejected: { fact: 'identity_approved_at', after: 'NULL' },
};

/** A lock or a ban is not lifted by a confirmed address. */
const ACTIVATED = `state = CASE state WHEN 'pending' THEN 'active' ELSE state END`;

/** Each step needs the one before it: an identity approved before the phone counts once the phone is verified. */
function levelAfter(event: LevelEvent): string {
  if (event === 'identityRejected') return 'least(level, 2)';
  const { fact, after } = CHANGES[event];
  const valueOf = (each: Fact): string => (each === fact ? after : each);
  return `greatest(level, CASE
    WHEN ${valueOf('email_confirmed_at')} IS NULL THEN 0
    WHEN ${valueOf('phone_verified_at')} IS NULL THEN 1
    WHEN ${valueOf('identity_approved_at')} IS NULL THEN 2
    ELSE 3 END)`;
}

/**
 * The one place where levels move, and only by what happened: 1 e-mail confirmed, 2 phone verified, 3 identity
 * approved. Nothing lowers a level but the rejection of an approved identity, from 3 to 2.
 */
@Injectable()
export class LevelsService {
  constructor(private readonly rows: AccountRows) {}

  /** Records the event in the caller's transaction. @returns the account after it; undefined when there is none */
  async record(tx: EntityManager, accountId: string, event: LevelEvent): Promise<AccountEventRecord | undefined> {
    const { fact, after } = CHANGES[event];
    const set = `${fact} = ${after}, level = ${levelAfter(event)}`;
    return this.rows.update(tx, accountId, event === 'emailConfirmed' ? `${set}, ${ACTIVATED}` : set);
  }
}

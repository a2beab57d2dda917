import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LevelsService } from '../accounts/levels.service.js';
import { UID } from '../accounts/uid.js';
import { AuditService } from '../audit/audit.service.js';
import { type Page, type PageQuery, pageBounds } from '../common/pagination.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import { Database } from '../infra/database/database.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { profileEventRecord, type ProfileEventRecord } from './profile-event-record.js';
import { type ProfileState, REVIEWED_PROFILES, type ReviewedProfile } from './profile-row.js';
import { ProfileErrors } from './profiles.errors.js';

export interface ReviewDecision {
  state: ProfileState;
  /** For the person; needed to reject, of no use otherwise. */
  reason?: string | undefined;
  /** `updated_at` of the profile that the reviewer looked at: the decision counts for that one and no other. */
  seen?: Date | undefined;
}

interface SeenProfile {
  account_id: string;
  uid: string;
  email: string;
  state: ProfileState;
  updated_at: Date;
  /** The same to the microsecond. */
  version: string;
  record: ProfileEventRecord;
}

/** Characters; it goes into a mail. */
const LONGEST_REASON = 1000;

const SEE = `
  SELECT profiles.account_id, accounts.uid, accounts.email, profiles.state, profiles.updated_at,
    profiles.updated_at::text AS version, ${profileEventRecord('accounts.uid')} AS record
  FROM profiles JOIN accounts ON accounts.id = profiles.account_id WHERE accounts.uid = $1`;

/** What staff see of profiles and decide about them. */
@Injectable()
export class ProfileReviewService {
  constructor(
    private readonly database: Database,
    private readonly levels: LevelsService,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /** @throws AppError 404 for an unknown account or one without a profile */
  async get(accountUid: string): Promise<ReviewedProfile> {
    if (!UID.test(accountUid)) throw ProfileErrors.notFound();
    const text = `${REVIEWED_PROFILES} WHERE accounts.uid = $1`;
    const [profile] = await this.database.query<ReviewedProfile>('reviewed-profile', text, [accountUid]);
    if (!profile) throw ProfileErrors.notFound();
    return profile;
  }

  /** Those that have waited longest first. */
  async listByState(state: ProfileState, query: PageQuery): Promise<Page<ReviewedProfile>> {
    const { page, perPage, offset } = pageBounds(query);
    const [counted] = await this.database.query<{ total: number }>(
      'count-profiles-by-state',
      'SELECT count(*)::int AS total FROM profiles WHERE state = $1',
      [state],
    );
    const rows = await this.database.query<ReviewedProfile>(
      'profiles-by-state',
      `${REVIEWED_PROFILES} WHERE profiles.state = $1 ORDER BY profiles.submitted_at, profiles.id LIMIT $2 OFFSET $3`,
      [state, perPage, offset],
    );
    return { rows, total: counted?.total ?? 0, page, perPage };
  }

  /**
   * Approves or rejects, moves the level and writes to the person. A decision may be changed later, but of two that are
   * made at the same time only the first counts.
   * @throws AppError 403 for one's own, 404 for an unknown account or one without a profile, 409 when the profile is no
   * longer what the reviewer saw, 422 to reject without a reason or for a state that can't follow
   */
  async decide(
    reviewer: Principal,
    accountUid: string,
    decision: ReviewDecision,
    origin: RequestOrigin,
  ): Promise<void> {
    if (reviewer.account.uid === accountUid) throw ProfileErrors.ownReview();
    const profile = await this.see(accountUid);
    if (decision.seen && decision.seen.getTime() !== profile.updated_at.getTime()) {
      throw ProfileErrors.changedMeanwhile();
    }
    assertMayBecome(profile.state, decision.state);
    const reason = decision.state === 'rejected' ? acceptableReason(decision.reason) : null;
    await this.database.transaction(async (tx) => {
      await this.write(tx, profile, decision.state, reason, reviewer);
      await this.moveLevel(tx, profile, decision.state);
      if (reason === null) await this.notifications.identityApproved(tx, profile);
      else await this.notifications.identityRejected(tx, profile, reason);
      const details = { before: profile.state, after: decision.state };
      const entry = { action: 'profile.reviewed', actor: reviewer.account.uid, target: accountUid, origin, details };
      await this.audit.record(tx, entry);
    });
  }

  private async see(accountUid: string): Promise<SeenProfile> {
    if (!UID.test(accountUid)) throw ProfileErrors.notFound();
    const [profile] = await this.database.query<SeenProfile>('profile-to-decide', SEE, [accountUid]);
    if (!profile) throw ProfileErrors.notFound();
    return profile;
  }

  /** Only what was seen is written over, whatever others do at the same time. */
  private async write(
    tx: EntityManager,
    seen: SeenProfile,
    state: ProfileState,
    reason: string | null,
    reviewer: Principal,
  ): Promise<void> {
    const [rows] = await tx.query<[{ record: ProfileEventRecord }[], number]>(
      `UPDATE profiles SET state = $4, reason = $5, reviewed_by = $6, reviewed_at = now(), updated_at = clock_timestamp()
       WHERE account_id = $1 AND state = $2 AND updated_at = $3::timestamptz
       RETURNING ${profileEventRecord('$7::text')} AS record`,
      [seen.account_id, seen.state, seen.version, state, reason, reviewer.account.uid, seen.uid],
    );
    if (!rows[0]) throw ProfileErrors.changedMeanwhile();
    await this.events.recordUpdate(tx, 'profile', seen.record, rows[0].record);
  }

  /** Taking an approval back takes back what rests on it. */
  private async moveLevel(tx: EntityManager, before: SeenProfile, state: ProfileState): Promise<void> {
    if (state === 'approved') await this.levels.record(tx, before.account_id, 'identityApproved');
    else if (before.state === 'approved') await this.levels.record(tx, before.account_id, 'identityRejected');
  }
}

function assertMayBecome(from: ProfileState, to: ProfileState): void {
  if (to === 'pending' || to === from) throw ProfileErrors.notReviewable(from);
}

function acceptableReason(given = ''): string {
  const reason = given.trim();
  if (reason === '') throw ProfileErrors.reasonMissing();
  if ([...reason].length > LONGEST_REASON) throw ProfileErrors.reasonTooLong(LONGEST_REASON);
  return reason;
}

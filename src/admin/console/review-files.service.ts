import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.entity.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AppError } from '../../common/app-error.js';
import type { Page, PageQuery } from '../../common/pagination.js';
import type { Principal } from '../../common/principal.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import type { ReviewedDocument } from '../../documents/documents.service.js';
import { Database } from '../../infra/database/database.service.js';
import type { ReviewedProfile } from '../../profiles/profile-row.js';
import { IdentityRecordsService } from '../identity-records.service.js';
import { type ReviewClaim, ReviewClaims } from './review-claims.service.js';

/** A line of the queue. */
export interface WaitingProfile extends ReviewedProfile {
  /** How many the person has sent. */
  documents: number;
  /** Who is looking at it. */
  claim: ReviewClaim | undefined;
}

/** All that a reviewer decides by. */
export interface ReviewFile {
  account: Account;
  /** Null while the person has sent documents only, or nothing. */
  profile: ReviewedProfile | null;
  documents: ReviewedDocument[];
  /** Who is looking at it. */
  claim: ReviewClaim | undefined;
}

/** What people have sent, as reviewers read it. Each look is recorded. */
@Injectable()
export class ReviewFiles {
  constructor(
    private readonly accounts: AccountsService,
    private readonly records: IdentityRecordsService,
    private readonly claims: ReviewClaims,
    private readonly database: Database,
  ) {}

  /** Those that have waited longest first. */
  async listWaiting(staff: Principal, query: PageQuery, origin: RequestOrigin): Promise<Page<WaitingProfile>> {
    const page = await this.records.listProfiles(staff, 'pending', query, origin);
    const uids = page.rows.map(({ uid }) => uid);
    const [claims, counts] = await Promise.all([this.claims.listOf(uids), this.countDocuments(uids)]);
    const rows = page.rows.map((profile) => ({
      ...profile,
      documents: counts.find(({ uid }) => uid === profile.uid)?.count ?? 0,
      claim: claims.find(({ uid }) => uid === profile.uid),
    }));
    return { ...page, rows };
  }

  /** @throws AppError 404 for an unknown account */
  async open(staff: Principal, uid: string, origin: RequestOrigin): Promise<ReviewFile> {
    const account = await this.accounts.getByUid(uid);
    const [profile, documents, claims] = await Promise.all([
      this.profileOf(staff, uid, origin),
      this.records.documentsOf(staff, uid, origin),
      this.claims.listOf([uid]),
    ]);
    return { account, profile, documents, claim: claims[0] };
  }

  private async profileOf(staff: Principal, uid: string, origin: RequestOrigin): Promise<ReviewedProfile | null> {
    try {
      return await this.records.profileOf(staff, uid, origin);
    } catch (error) {
      if (error instanceof AppError && error.status === 404) return null;
      throw error;
    }
  }

  private countDocuments(uids: string[]): Promise<{ uid: string; count: number }[]> {
    return this.database.query(
      'count-documents-of-waiting',
      `SELECT uid, count(*)::int AS count FROM documents JOIN accounts ON accounts.id = documents.account_id
       WHERE uid = ANY($1) GROUP BY uid`,
      [uids],
    );
  }
}

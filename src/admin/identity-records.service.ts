import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { type AuditRecord, AuditService } from '../audit/audit.service.js';
import type { Page, PageQuery } from '../common/pagination.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { DocumentsService, type ReviewedDocument } from '../documents/documents.service.js';
import { Database } from '../infra/database/database.service.js';
import { ProfileReviewService } from '../profiles/profile-review.service.js';
import type { ProfileState, ReviewedProfile } from '../profiles/profile-row.js';

/** What people have told of themselves, for staff. Each look at it is recorded before anything is shown (CONTROLS C-76). */
@Injectable()
export class IdentityRecordsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly profiles: ProfileReviewService,
    private readonly documents: DocumentsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws AppError 404 for an unknown account or one without a profile */
  async profileOf(staff: Principal, uid: string, origin: RequestOrigin): Promise<ReviewedProfile> {
    const profile = await this.profiles.get(uid);
    await this.record(staff, { action: 'profile.viewed', target: uid, origin });
    return profile;
  }

  /** Those that have waited longest first. */
  async listProfiles(
    staff: Principal,
    state: ProfileState,
    query: PageQuery,
    origin: RequestOrigin,
  ): Promise<Page<ReviewedProfile>> {
    const page = await this.profiles.listByState(state, query);
    const details = { state, accounts: page.rows.map(({ uid }) => uid) };
    if (page.rows.length > 0) await this.record(staff, { action: 'profile.listed', target: null, origin, details });
    return page;
  }

  /** @throws AppError 404 for an unknown account */
  async documentsOf(staff: Principal, uid: string, origin: RequestOrigin): Promise<ReviewedDocument[]> {
    const { id } = await this.accounts.getByUid(uid);
    await this.record(staff, { action: 'document.listed', target: uid, origin });
    return this.documents.listOf(id);
  }

  private async record({ account }: Principal, entry: Omit<AuditRecord, 'actor'>): Promise<void> {
    await this.database.transaction((tx) => this.audit.record(tx, { ...entry, actor: account.uid }));
  }
}

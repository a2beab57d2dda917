import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { DocumentsService, type ReviewedDocument } from '../documents/documents.service.js';
import { Database } from '../infra/database/database.service.js';

/** What people have told of themselves, for staff. Each look at it is recorded before anything is shown (CONTROLS C-76). */
@Injectable()
export class IdentityRecordsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly documents: DocumentsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws AppError 404 for an unknown account */
  async documentsOf(staff: Principal, uid: string, origin: RequestOrigin): Promise<ReviewedDocument[]> {
    const { id } = await this.accounts.getByUid(uid);
    await this.record(staff, 'document.listed', uid, origin);
    return this.documents.listOf(id);
  }

  private async record(staff: Principal, action: string, target: string, origin: RequestOrigin): Promise<void> {
    await this.database.transaction((tx) =>
      this.audit.record(tx, { action, actor: staff.account.uid, target, origin }),
    );
  }
}

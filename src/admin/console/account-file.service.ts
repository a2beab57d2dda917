import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.entity.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { AuditEntry } from '../../audit/audit-entry.entity.js';
import { AuditLogService } from '../../audit/audit-log.service.js';
import type { Principal } from '../../common/principal.js';
import type { LabelRow } from '../../labels/label-row.js';
import { AccountLabelsService } from '../account-labels.service.js';
import { type AccountOverview, AccountOverviewService } from '../account-overview.service.js';
import { AccountSessions, type ListedSession } from './account-sessions.service.js';

/** What admins see beyond what compliance does (CONTROLS C-72). */
export interface AdminPart {
  labels: LabelRow[];
  sessions: ListedSession[];
  /** The newest of what was done to it. */
  activity: AuditEntry[];
}

export interface AccountFile {
  account: Account;
  overview: AccountOverview;
  /** Null for compliance. */
  more: AdminPart | null;
}

const ENTRIES = 20;

/** Everything about one account on one page. */
@Injectable()
export class AccountFiles {
  constructor(
    private readonly accounts: AccountsService,
    private readonly overviews: AccountOverviewService,
    private readonly labels: AccountLabelsService,
    private readonly sessions: AccountSessions,
    private readonly audit: AuditLogService,
  ) {}

  /** @throws AppError 404 for an unknown account */
  async read({ account: viewer }: Principal, uid: string): Promise<AccountFile> {
    const account = await this.accounts.getByUid(uid);
    const [overview, more] = await Promise.all([
      this.overviews.of(account.id),
      viewer.role === 'admin' ? this.forAdmin(account) : null,
    ]);
    return { account, overview, more };
  }

  private async forAdmin(account: Account): Promise<AdminPart> {
    const [labels, sessions, { rows: activity }] = await Promise.all([
      this.labels.list(account.uid),
      this.sessions.listLive(account),
      this.audit.find({ target: account.uid }, { limit: ENTRIES }),
    ]);
    return { labels, sessions, activity };
  }
}

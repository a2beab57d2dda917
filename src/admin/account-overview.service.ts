import { Injectable } from '@nestjs/common';
import { DocumentsService } from '../documents/documents.service.js';
import { LabelsService } from '../labels/labels.service.js';
import { type ListedPhone, PhonesService } from '../phones/phones.service.js';
import type { ProfileState } from '../profiles/profile-row.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { SessionListService } from '../sessions/session-list.service.js';

/** What hangs on an account, as far as staff see it at a glance. */
export interface AccountOverview {
  profileState: ProfileState | null;
  phones: ListedPhone[];
  /** Numbers of them. */
  labels: number;
  documents: number;
  liveSessions: number;
}

@Injectable()
export class AccountOverviewService {
  constructor(
    private readonly profiles: ProfilesService,
    private readonly phones: PhonesService,
    private readonly labels: LabelsService,
    private readonly documents: DocumentsService,
    private readonly sessions: SessionListService,
  ) {}

  async of(accountId: string): Promise<AccountOverview> {
    const [profile, phones, labels, documents, sessions] = await Promise.all([
      this.profiles.findOf(accountId),
      this.phones.listOf(accountId),
      this.labels.list(accountId),
      this.documents.listOf(accountId),
      this.sessions.listLive(accountId),
    ]);
    return {
      profileState: profile?.state ?? null,
      phones,
      labels: labels.length,
      documents: documents.length,
      liveSessions: sessions.length,
    };
  }
}

import { Injectable } from '@nestjs/common';
import { AuditLogService } from '../../audit/audit-log.service.js';
import type { Principal } from '../../common/principal.js';
import { ConsentsService } from '../../oauth/consents.service.js';
import { SessionRecords } from '../../oauth/page-sessions/session-records.service.js';
import { SessionListService } from '../../sessions/session-list.service.js';

/** Where an account is in use. */
export interface Presence {
  /** With this one. */
  browsers: number;
  /** Sessions of the API. */
  programs: number;
  applications: number;
  signedInAt: Date;
  /** The sign-in before the one of this browser; where it came from may not be known. */
  before: { at: Date; ip: string | null } | undefined;
}

/** More than the sign-ins that can have happened since this browser's own, as a rule. */
const LOOKED_AT = 20;

/** Counts where somebody is signed in and who may use their account. */
@Injectable()
export class Presences {
  constructor(
    private readonly browsers: SessionRecords,
    private readonly sessions: SessionListService,
    private readonly consents: ConsentsService,
    private readonly log: AuditLogService,
  ) {}

  async of({ account, authTime }: Principal): Promise<Presence> {
    const [browsers, programs, consents, signIns] = await Promise.all([
      this.browsers.listLive(account.uid),
      this.sessions.listLive(account.id),
      this.consents.listOf(account.id),
      this.log.find({ actor: account.uid, action: 'session.created' }, { limit: LOOKED_AT }),
    ]);
    const signedInAt = new Date(authTime * 1000);
    return {
      browsers: browsers.length,
      programs: programs.length,
      applications: consents.length,
      signedInAt,
      before: signIns.rows.find(({ at }) => at < signedInAt),
    };
  }
}

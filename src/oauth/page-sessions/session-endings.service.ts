import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import type { Principal } from '../../common/principal.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import { Database } from '../../infra/database/database.service.js';
import { GrantsService } from '../grants.service.js';
import { LogoutDeliveries } from '../logout-deliveries.service.js';
import { publicIdOf, SessionRecords, type SessionPayload } from './session-records.service.js';

/** Page sessions ended, as OpenID Connect RP-Initiated Logout ends them: what was granted through them ends too. */
@Injectable()
export class SessionEndings {
  constructor(
    private readonly database: Database,
    private readonly records: SessionRecords,
    private readonly grants: GrantsService,
    private readonly logouts: LogoutDeliveries,
    private readonly audit: AuditService,
  ) {}

  /**
   * @param id as listed by `SessionRecords`
   * @returns false when the account has no such session (any more)
   */
  async endOne({ account }: Principal, id: string, origin: RequestOrigin): Promise<boolean> {
    return (await this.end(account.uid, { id }, origin)) > 0;
  }

  /** The session of a caller who guesses at the password (CONTROLS C-16); those of the API are not among ours. */
  async endGuessing({ kind, account, sessionId }: Principal): Promise<void> {
    if (kind === 'page') await this.end(account.uid, { id: publicIdOf(sessionId) });
  }

  /** Every browser but the one of the request. @returns how many there were */
  async endOthers({ account, sessionId }: Principal, origin: RequestOrigin): Promise<number> {
    return this.end(account.uid, { except: publicIdOf(sessionId) }, origin);
  }

  /** The session of somebody whose browser another person signs in with; nobody acts here on their behalf. */
  async endAbandoned(accountUid: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const session of await this.records.take(tx, accountUid, { id })) await this.endGranted(tx, session);
    });
  }

  private async end(uid: string, which: { id: string } | { except: string }, origin?: RequestOrigin): Promise<number> {
    return this.database.transaction(async (tx) => {
      const sessions = await this.records.take(tx, uid, which);
      for (const session of sessions) {
        await this.endGranted(tx, session);
        const details = { place: 'pages', session: publicIdOf(session.uid).slice(0, 16) };
        const entry = { action: 'session.ended', actor: uid, target: uid, details };
        await this.audit.record(tx, { ...entry, ...(origin && { origin }) });
      }
      return sessions.length;
    });
  }

  /** What was agreed to for times of absence stays (CONTROLS C-30). */
  private async endGranted(tx: EntityManager, { accountId, authorizations = {} }: SessionPayload): Promise<void> {
    for (const [clientId, { grantId, sid, persistsLogout }] of Object.entries(authorizations)) {
      if (grantId !== undefined && !persistsLogout) await this.grants.revokeIn(tx, grantId);
      if (sid !== undefined) await this.logouts.queueIn(tx, { clientId, sub: accountId, sid });
    }
  }
}

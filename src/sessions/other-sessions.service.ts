import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { RevocationsService } from '../auth/revocations.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { TwoFactorService } from '../security/two-factor.service.js';

/** Ends many sessions of applications at once: when the account gets a second factor, or its owner wants it. */
@Injectable()
export class OtherSessionsService implements OnModuleInit {
  constructor(
    private readonly twoFactor: TwoFactorService,
    private readonly revocations: RevocationsService,
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.twoFactor.onEnabled(async (tx, accountId, currentSessionId) => {
      await this.end(tx, accountId, currentSessionId);
    });
  }

  /** Every session but the caller's own, if that is one of these. @returns how many there were */
  async endOthers({ account, sessionId }: Principal, origin: RequestOrigin): Promise<number> {
    const { id, uid } = account;
    return this.database.transaction(async (tx) => {
      const ended = await this.end(tx, id, sessionId);
      for (const sid of ended) {
        const details = { sid };
        await this.audit.record(tx, { action: 'session.ended', actor: uid, target: uid, origin, details });
      }
      return ended.length;
    });
  }

  /** Every session of the account but this one, which may be one of our pages, is over, and each of its tokens dead. */
  private async end(tx: EntityManager, accountId: string, exceptSessionId: string): Promise<string[]> {
    const [ended] = await tx.query<[{ id: string; expires_at: Date }[], number]>(
      `UPDATE sessions SET ended_at = now()
       WHERE account_id = $1 AND id::text <> $2 AND ended_at IS NULL AND expires_at > now()
         AND created_at >= (SELECT tokens_valid_after FROM accounts WHERE id = $1) RETURNING id, expires_at`,
      [accountId, exceptSessionId],
    );
    const ids = ended.map((session) => session.id);
    const ends = ended.map((session) => session.expires_at);
    await this.revocations.revokeAll(tx, ids, ends);
    return ids;
  }
}

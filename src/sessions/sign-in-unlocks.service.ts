import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { SignInCounters } from './sign-in-counters.service.js';

/** The link of the mail about too many wrong passwords. */
@Injectable()
export class SignInUnlocks {
  constructor(
    private readonly database: Database,
    private readonly counters: SignInCounters,
    private readonly audit: AuditService,
  ) {}

  /** Signs nobody in; anybody may try again. @returns false for a token that is unknown, used or too old */
  async redeem(token: string, origin: RequestOrigin): Promise<boolean> {
    const email = await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[{ uid: string; email: string }[], number]>(
        `DELETE FROM sign_in_unlocks USING accounts
         WHERE token_hash = $1 AND expires_at > now() AND accounts.id = account_id RETURNING uid, email`,
        [hashToken(token)],
      );
      const owner = rows[0];
      if (!owner) return undefined;
      const { uid } = owner;
      await this.audit.record(tx, { action: 'session.unlocked', actor: uid, target: uid, origin });
      return owner.email;
    });
    if (email === undefined) return false;
    await this.counters.unlock(email);
    return true;
  }
}

import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { AccountErrors } from './accounts.errors.js';
import { LevelsService } from './levels.service.js';

/** Proof that an address is its account's: a link that is good once, for 24 hours, and only the newest one. */
@Injectable()
export class ConfirmationService {
  constructor(
    private readonly database: Database,
    private readonly levels: LevelsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws AppError 422 for a token that is unknown, used or expired, all alike */
  async confirm(token: string, origin: RequestOrigin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [accounts] = await tx.query<[{ id: string; uid: string }[], number]>(
        `WITH redeemed AS (
           DELETE FROM email_confirmations WHERE token_hash = $1 AND expires_at > now() RETURNING account_id)
         UPDATE accounts SET state = CASE state WHEN 'pending' THEN 'active' ELSE state END
         FROM redeemed WHERE accounts.id = redeemed.account_id RETURNING accounts.id, accounts.uid`,
        [hashToken(token)],
      );
      const account = accounts[0];
      if (!account) throw AccountErrors.invalidConfirmationToken();
      await this.levels.record(tx, account.id, 'emailConfirmed');
      await this.audit.record(tx, { action: 'account.confirmed', actor: account.uid, target: account.uid, origin });
    });
  }
}

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
      const [redeemed] = await tx.query<[{ account_id: string }[], number]>(
        'DELETE FROM email_confirmations WHERE token_hash = $1 AND expires_at > now() RETURNING account_id',
        [hashToken(token)],
      );
      const id = redeemed[0]?.account_id;
      const account = id === undefined ? undefined : await this.levels.record(tx, id, 'emailConfirmed');
      if (!account) throw AccountErrors.invalidConfirmationToken();
      await this.audit.record(tx, { action: 'account.confirmed', actor: account.uid, target: account.uid, origin });
    });
  }
}

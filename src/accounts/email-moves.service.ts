import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import { Fingerprints } from '../infra/crypto/fingerprints.service.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { AccountRows } from './account-rows.service.js';
import { CredentialsService } from './credentials.service.js';
import { EmailChangeErrors } from './email-change.errors.js';

/** A move from one address to another, as the token that was redeemed says it. */
export interface Move {
  account_id: string;
  uid: string;
  before: string;
  after: string;
}

/** What moving an account to another address does, whichever way it goes. */
@Injectable()
export class EmailMoves {
  constructor(
    private readonly rows: AccountRows,
    private readonly credentials: CredentialsService,
    private readonly audit: AuditService,
    private readonly fingerprints: Fingerprints,
    private readonly events: EventsService,
  ) {}

  /**
   * Ends all that was signed in, and links to the old address that set a password (CONTROLS C-24).
   * @throws AppError 422 when the address has an account
   */
  async carryOut(tx: EntityManager, move: Move, action: string, origin: RequestOrigin): Promise<void> {
    const { account_id: accountId, uid } = move;
    await this.setEmail(tx, accountId, move.after);
    await this.credentials.endTokens(tx, accountId);
    await tx.query('DELETE FROM password_resets WHERE account_id = $1', [accountId]);
    const fingerprint = (email: string): string => this.fingerprints.of(email).toString('hex');
    const details = { before: fingerprint(move.before), after: fingerprint(move.after) };
    await this.audit.record(tx, { action, actor: uid, target: uid, origin, details });
  }

  /** A thief could sign up anew with the address to keep its owner out; nobody ever proved that one. */
  async removeSquatter(tx: EntityManager, { account_id: id, after }: Move, origin: RequestOrigin): Promise<void> {
    const [squatters] = await tx.query<[{ uid: string }[], number]>(
      `DELETE FROM accounts WHERE email = $1 AND id <> $2 AND state = 'pending' AND email_confirmed_at IS NULL
       RETURNING uid`,
      [after, id],
    );
    for (const { uid: target } of squatters) {
      await this.events.forget(tx, target);
      const details = { reason: 'address_reverted' };
      await this.audit.record(tx, { action: 'account.deleted', actor: null, target, origin, details });
    }
  }

  private async setEmail(tx: EntityManager, accountId: string, email: string): Promise<void> {
    try {
      await this.rows.update(tx, accountId, 'email = $2', [email], 'FOR UPDATE');
    } catch (error) {
      if (violatedUniqueConstraint(error) === 'accounts_email_key') throw EmailChangeErrors.taken();
      throw error;
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountErrors } from '../accounts/accounts.errors.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { CredentialsService } from '../accounts/credentials.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { SecurityErrors } from './security.errors.js';
import { type FactorOwner, TwoFactorNotices } from './two-factor-notices.service.js';
import { TwoFactorService } from './two-factor.service.js';

const REQUEST_SECONDS = 24 * 3600;

/**
 * A lost device and no recovery codes: one admin asks, another one agrees within a day, and the factor is gone
 * (CONTROLS C-23). Nobody reads or sets a secret. Whether the caller is an admin is the route's to check.
 */
@Injectable()
export class OtpRecoveryService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly credentials: CredentialsService,
    private readonly twoFactor: TwoFactorService,
    private readonly notices: TwoFactorNotices,
  ) {}

  /**
   * Asks to remove the factor; a newer request takes the place of an older one. The owner is told.
   * @param reason goes to the audit log: no personal data
   * @throws AppError 404 for an unknown account, 403 for one's own, 422 when it has no second factor
   */
  async request(staff: Principal, accountUid: string, reason: string, origin: RequestOrigin): Promise<void> {
    const owner = await this.findOwner(staff, accountUid);
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<unknown[]>(
        `INSERT INTO otp_recoveries (account_id, requested_by, reason, expires_at)
         SELECT account_id, $2, $3, now() + make_interval(secs => $4) FROM otp_secrets WHERE account_id = $1
         ON CONFLICT (account_id) DO UPDATE SET requested_by = excluded.requested_by, reason = excluded.reason,
           requested_at = now(), expires_at = excluded.expires_at
         RETURNING account_id`,
        [owner.id, staff.account.uid, reason, REQUEST_SECONDS],
      );
      if (rows.length === 0) throw SecurityErrors.nothingToRecover();
      const actors = { staff: staff.account.uid, owner, origin };
      await this.notices.staffDid(tx, 'otp_recovery.requested', actors, { reason });
    });
  }

  /**
   * Agrees to another admin's request: the factor is gone, every token of the account is dead, the owner is told.
   * @throws AppError 404 for an unknown account or without a live request, 403 for one's own account or request
   */
  async approve(staff: Principal, accountUid: string, origin: RequestOrigin): Promise<void> {
    const owner = await this.findOwner(staff, accountUid);
    await this.database.transaction(async (tx) => {
      const requestedBy = await this.consume(tx, owner.id, staff.account.uid);
      if (!(await this.twoFactor.remove(tx, owner.id))) throw SecurityErrors.nothingToRecover();
      // A passkey on the lost device would stand for both factors.
      await this.credentials.reclaim(tx, owner.id);
      const actors = { staff: staff.account.uid, owner, origin };
      await this.notices.staffDid(tx, 'otp_recovery.approved', actors, { requested_by: requestedBy });
    });
  }

  private async findOwner(staff: Principal, accountUid: string): Promise<FactorOwner> {
    if (accountUid === staff.account.uid) throw SecurityErrors.recoveryOfOwnAccount();
    const account = /^ID[0-9A-F]{10}$/.test(accountUid) ? await this.accounts.findByUid(accountUid) : null;
    if (!account) throw AccountErrors.notFound();
    return account;
  }

  /**
   * Of any number of parallel calls one takes the request. Who asked must still be an admin, and have asked about the
   * factor that is on now: a request for a lost device does not reach the next one. @returns who asked
   */
  private async consume(tx: EntityManager, accountId: string, approver: string): Promise<string> {
    const [rows] = await tx.query<[{ requested_by: string }[], number]>(
      `DELETE FROM otp_recoveries USING otp_secrets, accounts AS requester
       WHERE otp_recoveries.account_id = $1 AND otp_recoveries.expires_at > now() AND requested_by <> $2
         AND otp_secrets.account_id = $1 AND otp_secrets.enabled_at < requested_at
         AND requester.uid = requested_by AND requester.role = 'admin' AND requester.state = 'active'
       RETURNING requested_by`,
      [accountId, approver],
    );
    if (rows[0]) return rows[0].requested_by;
    const own = await tx.query<unknown[]>(
      'SELECT 1 FROM otp_recoveries WHERE account_id = $1 AND requested_by = $2 AND expires_at > now()',
      [accountId, approver],
    );
    throw own.length > 0 ? SecurityErrors.recoveryNeedsAnother() : SecurityErrors.unknownRecovery();
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CredentialsService } from '../accounts/credentials.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { hashToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { SecurityErrors } from './security.errors.js';

/** A refused password leaves the token good, and the breach service was asked about each one. */
const REDEMPTIONS: Limit = { name: 'password-reset', points: 10, seconds: 900 };

interface ResetRow {
  account_id: string;
  uid: string;
  email: string;
}

/** A token counts until it expires, a newer one is made, or the password changes in another way. */
const LIVE_TOKEN = `
  password_resets.token_hash = $1 AND password_resets.expires_at > now()
  AND credentials.account_id = password_resets.account_id AND password_resets.created_at > credentials.updated_at
  AND accounts.id = password_resets.account_id AND accounts.state <> 'banned'`;

/** Sets a new password with the token of a mail; see password-reset-requests.service.ts for how it gets there. */
@Injectable()
export class PasswordResetService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialsService,
    private readonly limits: RateLimits,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.notifications.sendOnlyWhile('resetPassword', async (hash) => (await this.find(hash)) !== undefined);
  }

  /**
   * Ends every session; does not sign in, confirm or touch 2FA.
   * @throws AppError 404 for an unknown, used or expired token, 422 for a weak password, which leaves the token good,
   *   429 after ten in a quarter of an hour
   */
  async redeem(token: string, password: string, origin: RequestOrigin): Promise<void> {
    const tokenHash = hashToken(token);
    const account = await this.find(tokenHash);
    if (!account) throw SecurityErrors.unknownResetToken();
    await this.limits.take(REDEMPTIONS, account.account_id);
    const passwordHash = await this.credentials.hashAcceptable(password, account.email);
    await this.database.transaction(async (tx) => {
      if (!(await this.consume(tx, tokenHash))) throw SecurityErrors.unknownResetToken();
      await this.credentials.replace(tx, account.account_id, passwordHash);
      await this.notifications.passwordChanged(tx, account);
      const { uid } = account;
      await this.audit.record(tx, { action: 'password.reset', actor: uid, target: uid, origin });
    });
  }

  private async find(tokenHash: Buffer): Promise<ResetRow | undefined> {
    const rows = await this.database.query<ResetRow>(
      'find-password-reset',
      `SELECT password_resets.account_id, accounts.uid, accounts.email
       FROM password_resets, credentials, accounts WHERE ${LIVE_TOKEN}`,
      [tokenHash],
    );
    return rows[0];
  }

  /** Of any number of parallel calls exactly one gets true. */
  private async consume(tx: EntityManager, tokenHash: Buffer): Promise<boolean> {
    const [rows] = await tx.query<[unknown[], number]>(
      `DELETE FROM password_resets USING credentials, accounts WHERE ${LIVE_TOKEN} RETURNING password_resets.account_id`,
      [tokenHash],
    );
    return rows.length > 0;
  }
}

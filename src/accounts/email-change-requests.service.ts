import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { canonicalEmail } from './email-address.js';
import { EmailChangeErrors } from './email-change.errors.js';

const LIFETIME_SECONDS = 3600;
const DAY = 86_400;
/** Mails to addresses of somebody's choosing: few from one account, few to one address (CONTROLS 2). */
const FROM_ACCOUNT: Limit = { name: 'email-change-account', points: 5, seconds: DAY };
const TO_ADDRESS: Limit = { name: 'email-change-address', points: 5, seconds: DAY };

/** An address that waits for its owner to follow the link. */
export interface PendingEmail {
  email: string;
  expires_at: Date;
}

/** One link an account, the newest. */
const REQUEST = `
  INSERT INTO email_changes (account_id, new_email, token_hash, expires_at)
  VALUES ($1, $2, $3, now() + make_interval(secs => ${LIFETIME_SECONDS}))
  ON CONFLICT (account_id) DO UPDATE SET new_email = excluded.new_email, token_hash = excluded.token_hash,
    created_at = excluded.created_at, expires_at = excluded.expires_at
  RETURNING expires_at`;

/** An owner wants another address: it gets a link, and until that is followed nothing changes (CONTROLS C-27). */
@Injectable()
export class EmailChangeRequestsService implements OnModuleInit {
  constructor(
    private readonly limits: RateLimits,
    private readonly database: Database,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.notifications.sendOnlyWhile('confirmEmailChange', (tokenHash) => this.isAlive(tokenHash));
  }

  /**
   * Whether another account has the address is not looked at: the answer must not tell (CONTROLS C-02), and the
   * link alone decides.
   * @throws AppError 422 for what is no address or the present one, 429 after five in a day, of the account or to the address
   */
  async request({ account }: Principal, address: string, origin: RequestOrigin): Promise<void> {
    const email = canonicalEmail(address);
    if (email === null) throw EmailChangeErrors.invalidAddress();
    if (email === account.email) throw EmailChangeErrors.sameAddress();
    const { uid } = account;
    await this.limits.take(FROM_ACCOUNT, uid);
    await this.limits.take(TO_ADDRESS, email);
    await this.database.transaction(async (tx) => {
      const { token, expiresAt } = await this.makeLink(tx, account.id, email);
      await this.notifications.confirmEmailChange(tx, { uid, email }, token, expiresAt);
      await this.notifications.securityNotice(tx, account, 'emailChangeRequested');
      await this.audit.record(tx, { action: 'email_change.requested', actor: uid, target: uid, origin });
    });
  }

  async findPending(accountId: string): Promise<PendingEmail | undefined> {
    const rows = await this.database.query<PendingEmail>(
      'pending-email-change',
      `SELECT new_email AS email, expires_at FROM email_changes JOIN credentials USING (account_id)
       WHERE account_id = $1 AND expires_at > now() AND created_at > credentials.updated_at`,
      [accountId],
    );
    return rows[0];
  }

  /** The link that was sent is dead; nothing happens when there was none. */
  async cancel({ account: { id, uid } }: Principal, origin: RequestOrigin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[unknown[], number]>(
        'DELETE FROM email_changes WHERE account_id = $1 RETURNING account_id',
        [id],
      );
      if (rows.length === 0) return;
      await this.audit.record(tx, { action: 'email_change.cancelled', actor: uid, target: uid, origin });
    });
  }

  private async isAlive(tokenHash: Buffer): Promise<boolean> {
    const rows = await this.database.query(
      'email-change-alive',
      `SELECT 1 FROM email_changes JOIN credentials USING (account_id) JOIN accounts ON accounts.id = account_id
       WHERE token_hash = $1 AND expires_at > now() AND email_changes.created_at > credentials.updated_at
         AND state = 'active'`,
      [tokenHash],
    );
    return rows.length > 0;
  }

  private async makeLink(tx: EntityManager, accountId: string, email: string) {
    const { token, hash } = newToken();
    const [row] = await tx.query<[{ expires_at: Date }]>(REQUEST, [accountId, email, hash]);
    return { token, expiresAt: row.expires_at };
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { LinkMailRequests } from '../accounts/link-mail-requests.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';

const TASK = 'security.send_password_reset';
const LIFETIME_SECONDS = 30 * 60;

/** Somebody forgot a password: the owner of the account gets a link, everyone else gets nothing. */
@Injectable()
export class PasswordResetRequestsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly notifications: NotificationsService,
    private readonly worker: JobWorker,
    private readonly requests: LinkMailRequests,
  ) {}

  onModuleInit(): void {
    this.worker.handle(TASK, (payload) => this.sendLink((payload as { email: string }).email));
  }

  /** Tells nothing and takes the same time whether or not the account exists (CONTROLS C-03). @throws AppError 429 */
  async request(address: string, origin: RequestOrigin, deviceCookie?: string): Promise<void> {
    await this.requests.put(TASK, address, origin, deviceCookie);
  }

  /** Makes a link, which ends the one before it. */
  private async sendLink(email: string): Promise<void> {
    const account = await this.accounts.findByEmail(email);
    if (!account || account.state === 'banned') return;
    const { token, hash } = newToken();
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<[{ expires_at: Date }]>(
        `INSERT INTO password_resets (account_id, token_hash, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
         ON CONFLICT (account_id) DO UPDATE
           SET token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = now()
         RETURNING expires_at`,
        [account.id, hash, LIFETIME_SECONDS],
      );
      await this.notifications.resetPassword(tx, account, token, row.expires_at);
    });
  }
}

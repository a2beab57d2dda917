import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { canonicalEmail } from '../accounts/email-address.js';
import { newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
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
    private readonly queue: JobQueue,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(TASK, (payload) => this.sendLink((payload as { email: string }).email));
  }

  /** Tells nothing and takes the same time whether or not the account exists: a job does the work (CONTROLS C-03). */
  async request(address: string): Promise<void> {
    const email = canonicalEmail(address);
    if (email !== null) await this.database.transaction((tx) => this.queue.add(tx, TASK, { email }));
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

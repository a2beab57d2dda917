import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';

const LOCKED = 'sessions.warn_locked';
const UNUSUAL = 'sessions.warn_unusual';
const UNLOCK_SECONDS = 24 * 3600;

/** Tells owners of guesses at their password. Whether there is an owner is looked up by the job, at nobody's expense. */
@Injectable()
export class SignInWarnings implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly notifications: NotificationsService,
    private readonly queue: JobQueue,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(LOCKED, (payload) => this.sendUnlockLink((payload as { email: string }).email));
    this.notifications.sendOnlyWhile('signInLocked', (tokenHash) => this.isAlive(tokenHash));
    this.worker.handle(UNUSUAL, (payload) => this.sendUnusual((payload as { email: string }).email));
  }

  /** So many wrong passwords in a row that only known networks may try on: the owner gets a link that lifts it. */
  async locked(email: string): Promise<void> {
    await this.database.transaction((tx) => this.queue.add(tx, LOCKED, { email }));
  }

  /** Somebody got in from somewhere new after many failures. */
  async unusual(email: string): Promise<void> {
    await this.database.transaction((tx) => this.queue.add(tx, UNUSUAL, { email }));
  }

  private async sendUnlockLink(email: string): Promise<void> {
    const account = await this.accounts.findByEmail(email);
    if (!account || account.state === 'banned') return;
    const { token, hash } = newToken();
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<[{ expires_at: Date }]>(
        `INSERT INTO sign_in_unlocks (account_id, token_hash, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
         ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
         RETURNING expires_at`,
        [account.id, hash, UNLOCK_SECONDS],
      );
      await this.notifications.signInLocked(tx, account, token, row.expires_at);
    });
  }

  private async isAlive(tokenHash: Buffer): Promise<boolean> {
    const sql = 'SELECT 1 FROM sign_in_unlocks WHERE token_hash = $1 AND expires_at > now()';
    return (await this.database.query('sign-in-unlock-alive', sql, [tokenHash])).length > 0;
  }

  private async sendUnusual(email: string): Promise<void> {
    const account = await this.accounts.findByEmail(email);
    if (account)
      await this.database.transaction((tx) => this.notifications.securityNotice(tx, account, 'unusualSignIn'));
  }
}

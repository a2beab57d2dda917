import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AccountState } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { LinkMailRequests } from './link-mail-requests.service.js';

const RESEND = 'accounts.resend_confirmation';
const LIFETIME_SECONDS = 24 * 3600;
/** To somebody whose address others sign up with; whoever does so is told nothing (CONTROLS C-02). */
const REMINDER: Limit = { name: 'sign-up-reminder', points: 1, seconds: 86_400 };

interface Owner {
  id: string;
  uid: string;
  email: string;
}

interface StoredOwner extends Owner {
  state: AccountState;
}

/** Links that confirm an address: made, sent, sent again. */
@Injectable()
export class ConfirmationMailsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationsService,
    private readonly worker: JobWorker,
    private readonly requests: LinkMailRequests,
    private readonly limits: RateLimits,
  ) {}

  onModuleInit(): void {
    this.worker.handle(RESEND, (payload) => this.resend((payload as { email: string }).email));
    this.notifications.sendOnlyWhile('confirmEmail', (tokenHash) => this.isAlive(tokenHash));
  }

  /** Makes a link, which ends the one before it, and sends it to the account's owner. */
  async send(tx: EntityManager, owner: Owner): Promise<void> {
    const { token, hash } = newToken();
    const [row] = await tx.query<[{ expires_at: Date }]>(
      `INSERT INTO email_confirmations (account_id, token_hash, expires_at)
       VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (account_id) DO UPDATE
         SET token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = now()
       RETURNING expires_at`,
      [owner.id, hash, LIFETIME_SECONDS],
    );
    await this.notifications.confirmEmail(tx, owner, token, row.expires_at);
  }

  /** Tells nothing and takes the same time whether or not the account exists. @throws AppError 429 */
  async requestAgain(address: string, origin: RequestOrigin): Promise<void> {
    await this.requests.put(RESEND, address, origin);
  }

  /** Neutral sign-up of a taken address: the owner gets a link if one is still missing, else a word. */
  async remindOwner(email: string): Promise<void> {
    const isPending = await this.isPending(email);
    // One budget with those who ask for the link again.
    const mayWrite = isPending ? this.requests.mayWrite(RESEND, email) : this.limits.allows(REMINDER, email);
    if (!(await mayWrite)) return;
    await this.database.transaction(async (tx) => {
      const owner = await this.findOwner(tx, email);
      if (!owner) return;
      if (owner.state === 'pending') await this.send(tx, owner);
      else await this.notifications.alreadyRegistered(tx, owner);
    });
  }

  private async isPending(email: string): Promise<boolean> {
    const sql = `SELECT 1 FROM accounts WHERE email = $1 AND state = 'pending'`;
    return (await this.database.query('account-pending', sql, [email])).length > 0;
  }

  private async isAlive(tokenHash: Buffer): Promise<boolean> {
    const sql = 'SELECT 1 FROM email_confirmations WHERE token_hash = $1 AND expires_at > now()';
    return (await this.database.query('confirmation-alive', sql, [tokenHash])).length > 0;
  }

  private async resend(email: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const owner = await this.findOwner(tx, email);
      if (owner?.state === 'pending') await this.send(tx, owner);
    });
  }

  private async findOwner(tx: EntityManager, email: string): Promise<StoredOwner | undefined> {
    const [owner] = await tx.query<StoredOwner[]>('SELECT id, uid, email, state FROM accounts WHERE email = $1', [
      email,
    ]);
    return owner;
  }
}

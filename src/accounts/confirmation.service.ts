import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { AccountState } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { hashToken, newToken } from '../infra/crypto/random-token.js';
import { Database } from '../infra/database/database.service.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { AccountErrors } from './accounts.errors.js';
import { canonicalEmail } from './email-address.js';

const RESEND = 'accounts.resend_confirmation';
const LIFETIME_SECONDS = 24 * 3600;

interface Owner {
  id: string;
  uid: string;
  email: string;
}

interface StoredOwner extends Owner {
  state: AccountState;
}

/** Proof that an address is its account's: a link that is good once, for 24 hours, and only the newest one. */
@Injectable()
export class ConfirmationService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
    private readonly queue: JobQueue,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(RESEND, (payload) => this.resend((payload as { email: string }).email));
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

  /** @throws AppError 422 for a token that is unknown, used or expired, all alike */
  async confirm(token: string, origin: RequestOrigin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [accounts] = await tx.query<[{ uid: string }[], number]>(
        `WITH redeemed AS (
           DELETE FROM email_confirmations WHERE token_hash = $1 AND expires_at > now() RETURNING account_id)
         UPDATE accounts SET level = greatest(level, 1), updated_at = now(),
           state = CASE state WHEN 'pending' THEN 'active' ELSE state END
         FROM redeemed WHERE accounts.id = redeemed.account_id RETURNING accounts.uid`,
        [hashToken(token)],
      );
      const account = accounts[0];
      if (!account) throw AccountErrors.invalidConfirmationToken();
      await this.audit.record(tx, { action: 'account.confirmed', actor: account.uid, target: account.uid, origin });
    });
  }

  /** Tells nothing and takes the same time whether or not the account exists: a job does the work. */
  async requestAgain(address: string): Promise<void> {
    const email = canonicalEmail(address);
    if (email !== null) await this.database.transaction((tx) => this.queue.add(tx, RESEND, { email }));
  }

  /** Neutral sign-up of a taken address: the owner gets a link if one is still missing, else a word. */
  async remindOwner(email: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const owner = await this.findOwner(tx, email);
      if (!owner) return;
      if (owner.state === 'pending') await this.send(tx, owner);
      else await this.notifications.alreadyRegistered(tx, owner);
    });
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

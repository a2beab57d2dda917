import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { Role } from '../common/principal.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { Database } from '../infra/database/database.service.js';
import type { Account } from './account.entity.js';
import { AccountErrors, EMAIL_TAKEN } from './accounts.errors.js';
import { AccountsService } from './accounts.service.js';
import { CredentialsService } from './credentials.service.js';
import { canonicalEmail } from './email-address.js';
import { NewAccounts } from './new-accounts.service.js';

/** What an operator does with accounts from the command line and the seed; the operator vouches for the address. */
@Injectable()
export class AccountSetupService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly credentials: CredentialsService,
    private readonly newAccounts: NewAccounts,
    private readonly audit: AuditService,
  ) {}

  /**
   * Makes an active account with a confirmed address.
   * @returns its uid
   * @throws AppError 422 for an address that is invalid or taken, or a weak password
   */
  async create(input: { email: string; password: string; role: Role }): Promise<string> {
    const email = canonicalEmail(input.email);
    if (email === null) throw AccountErrors.invalidSignUp(['Email is invalid']);
    const passwordHash = await this.credentials.hashAcceptable(input.password, email);
    const account = { email, passwordHash, confirmed: { role: input.role } };
    const by = { details: { role: input.role, by: 'operator' } };
    try {
      return (await this.database.transaction((tx) => this.newAccounts.add(tx, account, by))).uid;
    } catch (error) {
      if (violatedUniqueConstraint(error) === 'accounts_email_key') throw AccountErrors.invalidSignUp([EMAIL_TAKEN]);
      throw error;
    }
  }

  /** @throws AppError 404 when there is no such account */
  async makeAdmin(emailOrUid: string): Promise<string> {
    return this.change(emailOrUid, 'account.role_changed', { role: 'admin' }, (tx, account) =>
      this.accounts.changeRole(tx, account.id, 'admin'),
    );
  }

  /** Back to active, from locked only: a ban is no lock. @throws AppError 404 when there is no such locked account */
  async unlock(emailOrUid: string): Promise<string> {
    return this.change(emailOrUid, 'account.unlocked', {}, async (tx, account) => {
      if (account.state !== 'locked') throw AccountErrors.notFound();
      await this.accounts.changeState(tx, account.id, 'active');
    });
  }

  private async change(
    emailOrUid: string,
    action: string,
    details: Record<string, unknown>,
    work: (tx: EntityManager, account: Account) => Promise<void>,
  ): Promise<string> {
    const email = canonicalEmail(emailOrUid);
    const account = email ? await this.accounts.findByEmail(email) : await this.accounts.findByUid(emailOrUid);
    if (!account) throw AccountErrors.notFound();
    await this.database.transaction(async (tx) => {
      await work(tx, account);
      await this.record(tx, action, account.uid, details);
    });
    return account.uid;
  }

  private record(tx: EntityManager, action: string, uid: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(tx, { action, actor: null, target: uid, details: { ...details, by: 'operator' } });
  }
}

import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import type { AccountState, Role } from '../common/principal.js';
import { Account } from './account.entity.js';
import { AccountErrors } from './accounts.errors.js';
import { AccountRows } from './account-rows.service.js';
import { CredentialsService } from './credentials.service.js';
import { UID } from './uid.js';

/** The account's row: found by its names, moved by what happened. */
@Injectable()
export class AccountsService {
  constructor(
    @InjectRepository(Account) private readonly accounts: Repository<Account>,
    private readonly rows: AccountRows,
    private readonly credentials: CredentialsService,
  ) {}

  /** @param email in canonical form */
  findByEmail(email: string): Promise<Account | null> {
    return this.accounts.findOneBy({ email });
  }

  findByUid(uid: string): Promise<Account | null> {
    return this.accounts.findOneBy({ uid });
  }

  /** @throws AppError 404, also for what can't be a uid */
  async getByUid(uid: string): Promise<Account> {
    const account = UID.test(uid) ? await this.findByUid(uid) : null;
    if (!account) throw AccountErrors.notFound();
    return account;
  }

  async hasAdmin(): Promise<boolean> {
    return this.accounts.existsBy({ role: 'admin' });
  }

  /** A new state takes effect at once: whoever loses access loses every token. */
  async changeState(tx: EntityManager, accountId: string, state: AccountState): Promise<void> {
    await this.rows.update(tx, accountId, 'state = $2', [state]);
    if (state !== 'active') await this.credentials.endTokens(tx, accountId);
  }

  async changeRole(tx: EntityManager, accountId: string, role: Role): Promise<void> {
    await this.rows.update(tx, accountId, 'role = $2', [role]);
    await this.credentials.endTokens(tx, accountId);
  }

  /** Whether signing in asks for a second factor; security/ writes its secret in the same transaction. */
  async setOtpEnabled(tx: EntityManager, accountId: string, otpEnabled: boolean): Promise<void> {
    await this.rows.update(tx, accountId, 'otp_enabled = $2', [otpEnabled]);
  }
}

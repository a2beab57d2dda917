import { Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { AccountAdministrationService } from './account-administration.service.js';
import { AccountErrors } from './accounts.errors.js';
import { CredentialsService } from './credentials.service.js';
import { canonicalEmail } from './email-address.js';

/** Wrong passwords of one account: whoever has a session must not find the password by it (CONTROLS C-16). */
const WRONG_PASSWORDS: Limit = { name: 'account-deletion-password', points: 5, seconds: 900 };

/** An owner deletes their account, for good. */
@Injectable()
export class AccountDeletionService {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialsService,
    private readonly administration: AccountAdministrationService,
    private readonly notifications: NotificationsService,
    private readonly limits: RateLimits,
  ) {}

  /**
   * Everything of the account goes and everything it signed in to ends, with one exception: the audit log stays.
   * @param typedEmail the account's own address, so that nobody does this by a slip
   * @throws AppError 422 for another address or the last admin, 401 for a wrong password, 429 after five
   */
  async deleteOwn(
    principal: Principal,
    given: { password: string; typedEmail: string },
    origin: RequestOrigin,
  ): Promise<void> {
    const { email } = principal.account;
    if (canonicalEmail(given.typedEmail) !== email) throw AccountErrors.deletionNotConfirmed();
    await this.assertPassword(principal, given.password);
    await this.database.transaction(async (tx) => {
      await this.administration.removeOwn(tx, principal, origin);
      await this.notifications.securityNotice(tx, principal.account, 'accountDeleted');
    });
  }

  /** Counted before it is hashed, or parallel tries would pass together; what was right is not held against anybody. */
  private async assertPassword({ account }: Principal, password: string): Promise<void> {
    await this.limits.take(WRONG_PASSWORDS, account.uid);
    if (!(await this.credentials.matches(account.id, password))) throw AccountErrors.wrongPassword();
    await this.limits.giveBack(WRONG_PASSWORDS, account.uid);
  }
}

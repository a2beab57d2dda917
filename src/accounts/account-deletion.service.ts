import { Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { AccountAdministrationService } from './account-administration.service.js';
import { AccountErrors } from './accounts.errors.js';
import { CredentialsService } from './credentials.service.js';
import { canonicalEmail } from './email-address.js';

/** An owner deletes their account, for good. */
@Injectable()
export class AccountDeletionService {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialsService,
    private readonly administration: AccountAdministrationService,
    private readonly notifications: NotificationsService,
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
    if (!(await this.credentials.matches(principal, given.password))) throw AccountErrors.wrongPassword();
    await this.database.transaction(async (tx) => {
      await this.administration.removeOwn(tx, principal, origin);
      await this.notifications.securityNotice(tx, principal.account, 'accountDeleted');
    });
  }
}

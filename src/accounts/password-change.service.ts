import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { AccountErrors } from './accounts.errors.js';
import { CredentialsService } from './credentials.service.js';

/** A signed-in owner gives the old password and takes a new one. */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialsService,
    private readonly notifications: NotificationsService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Ends every session and token of the account, the caller's own too.
   * @throws AppError 401 for a wrong old password, 422 for a weak or unchanged new one, 429
   */
  async change(principal: Principal, oldPassword: string, newPassword: string, origin: RequestOrigin): Promise<void> {
    const { id, uid, email } = principal.account;
    const current = await this.credentials.matches(principal, oldPassword);
    if (current === undefined) throw AccountErrors.wrongPassword();
    if (newPassword.normalize('NFKC') === oldPassword.normalize('NFKC')) {
      throw AccountErrors.weakPassword(['Password must differ from the old one']);
    }
    const hash = await this.credentials.hashAcceptable(newPassword, email);
    await this.database.transaction(async (tx) => {
      if (!(await this.credentials.replace(tx, id, hash, current))) throw AccountErrors.wrongPassword();
      await this.notifications.passwordChanged(tx, { uid, email });
      await this.audit.record(tx, { action: 'password.changed', actor: uid, target: uid, origin });
    });
  }
}

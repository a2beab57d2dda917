import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { GrantsService } from './grants.service.js';
import { OidcRecords } from './oidc-records.service.js';

/** Takes consent back, and with it everything that the application got. */
@Injectable()
export class ConsentWithdrawalService {
  constructor(
    private readonly database: Database,
    private readonly grants: GrantsService,
    private readonly records: OidcRecords,
    private readonly audit: AuditService,
  ) {}

  async withdraw(accountUid: string, applicationUid: string, origin: RequestOrigin): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `DELETE FROM consents USING accounts, applications WHERE accounts.uid = $1 AND applications.uid = $2
           AND consents.account_id = accounts.id AND consents.application_id = applications.id`,
        [accountUid, applicationUid],
      );
      await this.endGrants(tx, accountUid, applicationUid);
      const details = { application: applicationUid };
      await this.audit.record(tx, {
        action: 'consent.withdrawn',
        actor: accountUid,
        target: accountUid,
        origin,
        details,
      });
    });
  }

  private async endGrants(tx: EntityManager, accountUid: string, applicationUid: string): Promise<void> {
    for (const grantId of await this.records.grantIdsOf(tx, accountUid, applicationUid)) {
      await this.grants.revokeIn(tx, grantId);
    }
  }
}

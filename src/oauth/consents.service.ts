import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';

export interface Consent {
  application_uid: string;
  application_name: string;
  scopes: string[];
  granted_at: Date;
  last_used_at: Date;
}

/** What people have agreed to, and take back. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** Scopes that the person agreed to for this application, if they ever did. */
  async find(accountUid: string, applicationUid: string): Promise<string[] | undefined> {
    const rows = await this.database.query<{ scopes: string[] }>(
      'find-consent',
      `UPDATE consents SET last_used_at = now() FROM accounts, applications
       WHERE accounts.uid = $1 AND applications.uid = $2
         AND consents.account_id = accounts.id AND consents.application_id = applications.id
       RETURNING consents.scopes`,
      [accountUid, applicationUid],
    );
    return rows[0]?.scopes;
  }

  /** Adds to what was agreed to before. */
  async record(
    accountUid: string,
    applicationUid: string,
    scopes: readonly string[],
    origin: RequestOrigin,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO consents (account_id, application_id, scopes)
         SELECT accounts.id, applications.id, $3 FROM accounts, applications
         WHERE accounts.uid = $1 AND applications.uid = $2
         ON CONFLICT (account_id, application_id) DO UPDATE SET granted_at = now(), last_used_at = now(),
           scopes = ARRAY(SELECT DISTINCT unnest(consents.scopes || excluded.scopes))`,
        [accountUid, applicationUid, scopes],
      );
      const details = { application: applicationUid, scopes };
      await this.audit.record(tx, { action: 'consent.given', actor: accountUid, target: accountUid, origin, details });
    });
  }

  listOf(accountId: string): Promise<Consent[]> {
    return this.database.query<Consent>(
      'consents-of-account',
      `SELECT applications.uid AS application_uid, applications.name AS application_name, consents.scopes,
         consents.granted_at, consents.last_used_at
       FROM consents JOIN applications ON applications.id = consents.application_id
       WHERE consents.account_id = $1 AND applications.deleted_at IS NULL ORDER BY consents.last_used_at DESC`,
      [accountId],
    );
  }
}

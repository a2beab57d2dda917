import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import type { Principal } from '../../common/principal.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import { Database } from '../../infra/database/database.service.js';
import { ActivityService } from './activity.service.js';
import { OwnRecords } from './own-records.service.js';

/** All that this server knows of a person, for themselves (GDPR, articles 15 and 20). */
@Injectable()
export class DataExport {
  constructor(
    private readonly database: Database,
    private readonly records: OwnRecords,
    private readonly activity: ActivityService,
    private readonly audit: AuditService,
  ) {}

  /** The export is itself recorded, before anything leaves. */
  async of(principal: Principal, origin: RequestOrigin): Promise<Record<string, unknown>> {
    const { uid } = principal.account;
    await this.database.transaction((tx) =>
      this.audit.record(tx, { action: 'account.exported', actor: uid, target: uid, origin }),
    );
    const [records, happenings] = await Promise.all([
      this.records.of(principal),
      this.activity.all(principal, origin.userAgent),
    ]);
    const activity = happenings.map(({ at, action, by, ip, userAgent }) => ({
      ...{ at, action, by, ip },
      user_agent: userAgent ?? null,
    }));
    return { exported_at: new Date(), ...records, activity };
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Fingerprints } from '../infra/crypto/fingerprints.service.js';
import { EventsService } from '../events/events.service.js';
import { Database } from '../infra/database/database.service.js';

/** What was wrong: of the address, the password and the application together, or what was asked for after those. */
type Reason = 'credentials' | 'second_factor';

/** Failures in the audit log, and told to who wants to know. */
@Injectable()
export class FailedSignIns {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly fingerprints: Fingerprints,
    private readonly events: EventsService,
  ) {}

  /** Alike for known and unknown addresses; the address itself only as a fingerprint. */
  async record(email: string | null, uid: string | null, origin: RequestOrigin): Promise<void> {
    const address = email === null ? null : this.fingerprints.of(email).toString('hex');
    await this.database.transaction(async (tx) => {
      await this.audit.record(tx, { action: 'session.failed', actor: null, target: uid, origin, details: { address } });
      await this.tell(tx, uid, 'credentials', origin);
    });
  }

  /** A wrong code after a right password; the log has it from where codes are checked. */
  async secondFactor(uid: string, origin: RequestOrigin): Promise<void> {
    await this.database.transaction((tx) => this.tell(tx, uid, 'second_factor', origin));
  }

  /** Who an unknown address belongs to is nobody's business: it is not told. */
  private tell(tx: EntityManager, uid: string | null, reason: Reason, { ip }: RequestOrigin): Promise<void> {
    return this.events.record(tx, { name: 'session.failed', record: { uid, reason, ip } });
  }
}

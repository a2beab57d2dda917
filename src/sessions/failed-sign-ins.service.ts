import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Fingerprints } from '../infra/crypto/fingerprints.service.js';
import { Database } from '../infra/database/database.service.js';

/** Failures in the audit log. */
@Injectable()
export class FailedSignIns {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly fingerprints: Fingerprints,
  ) {}

  /** Alike for known and unknown addresses; the address itself only as a fingerprint. */
  async record(email: string | null, uid: string | null, origin: RequestOrigin): Promise<void> {
    const address = email === null ? null : this.fingerprints.of(email).toString('hex');
    await this.database.transaction((tx) =>
      this.audit.record(tx, { action: 'session.failed', actor: null, target: uid, origin, details: { address } }),
    );
  }
}

import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Fingerprints } from '../infra/crypto/fingerprints.service.js';
import { Database } from '../infra/database/database.service.js';

export interface Attempt {
  /** Canonical; null for what is no address. */
  email: string | null;
  origin: RequestOrigin;
}

/** The one place where sign-ins are counted: begun before a password is hashed, then failed or succeeded. */
@Injectable()
export class SignInAttempts {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly fingerprints: Fingerprints,
  ) {}

  begin(email: string | null, origin: RequestOrigin): Promise<Attempt> {
    return Promise.resolve({ email, origin });
  }

  succeeded(_attempt: Attempt): Promise<void> {
    return Promise.resolve();
  }

  /** Records a failure alike for known and unknown addresses; the address itself only as a fingerprint. */
  async failed({ email, origin }: Attempt, uid: string | null): Promise<void> {
    const address = email === null ? null : this.fingerprints.of(email).toString('hex');
    await this.database.transaction((tx) =>
      this.audit.record(tx, { action: 'session.failed', actor: null, target: uid, origin, details: { address } }),
    );
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { RevocationsService } from '../auth/revocations.service.js';
import { TwoFactorService } from '../security/two-factor.service.js';

/** Ends what was signed in without a second factor when the account gets one. */
@Injectable()
export class OtherSessionsService implements OnModuleInit {
  constructor(
    private readonly twoFactor: TwoFactorService,
    private readonly revocations: RevocationsService,
  ) {}

  onModuleInit(): void {
    this.twoFactor.onEnabled((tx, accountId, currentSessionId) => this.end(tx, accountId, currentSessionId));
  }

  /** Every session of the account but this one is over, and each of its tokens dead. */
  private async end(tx: EntityManager, accountId: string, exceptSessionId: string): Promise<void> {
    const [ended] = await tx.query<[{ id: string; expires_at: Date }[], number]>(
      `UPDATE sessions SET ended_at = now()
       WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > now() RETURNING id, expires_at`,
      [accountId, exceptSessionId],
    );
    const ids = ended.map((session) => session.id);
    const ends = ended.map((session) => session.expires_at);
    await this.revocations.revokeAll(tx, ids, ends);
  }
}

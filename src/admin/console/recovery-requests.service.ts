import { Injectable } from '@nestjs/common';
import { Database } from '../../infra/database/database.service.js';

/** An admin's wish to remove the second factor of an account, which another one has to share. */
export interface RecoveryRequest {
  requested_by: string;
  /** Null when that account is gone. */
  requester_email: string | null;
  reason: string;
  requested_at: Date;
  expires_at: Date;
}

@Injectable()
export class RecoveryRequests {
  constructor(private readonly database: Database) {}

  /** The one that can be agreed to now; see OtpRecoveryService. */
  async findLive(accountId: string): Promise<RecoveryRequest | undefined> {
    const [request] = await this.database.query<RecoveryRequest>(
      'live-otp-recovery',
      `SELECT requested_by, requester.email AS requester_email, reason, requested_at, expires_at
       FROM otp_recoveries LEFT JOIN accounts AS requester ON requester.uid = requested_by
       WHERE account_id = $1 AND expires_at > now()`,
      [accountId],
    );
    return request;
  }
}

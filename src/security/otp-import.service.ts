import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { newTotpSecret } from '../infra/crypto/totp.js';
import { OtpSecrets } from './otp-secrets.service.js';

/** An account of another server that has a second factor there. */
export interface ImportedFactor {
  accountId: string;
  /** Base 32; undefined when the other server did not give it away. */
  secret: string | undefined;
}

/** Second factors that come with accounts of another server. */
@Injectable()
export class OtpImportService {
  constructor(private readonly secrets: OtpSecrets) {}

  /**
   * A factor whose secret nobody told gets one that nobody has seen: the account stays closed until two of the staff
   * agree to remove the factor, as for a lost device. It never becomes an account without a second factor by itself.
   */
  add(tx: EntityManager, factors: ImportedFactor[]): Promise<void> {
    return this.secrets.put(
      tx,
      factors.map(({ accountId, secret = newTotpSecret() }) => ({ accountId, secret })),
    );
  }
}

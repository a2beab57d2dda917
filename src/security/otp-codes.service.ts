import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { isTotpCode } from '../infra/crypto/totp.js';
import { Database } from '../infra/database/database.service.js';
import { OtpAttempts } from './otp-attempts.service.js';
import { OtpSecrets } from './otp-secrets.service.js';
import { RecoveryCodes, isRecoveryCode } from './recovery-codes.service.js';
import { type FactorOwner, TwoFactorNotices } from './two-factor-notices.service.js';

/**
 * The second factor as a question: is this a code of the account, and not used yet? One answer for sign-in, the
 * security routes and the pages, and one budget of guesses. A right code is used up by asking; what has not even the
 * form of a code is wrong without counting as a guess.
 */
@Injectable()
export class OtpCodes {
  constructor(
    private readonly database: Database,
    private readonly attempts: OtpAttempts,
    private readonly secrets: OtpSecrets,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly notices: TwoFactorNotices,
  ) {}

  /** A code of the authenticator. @throws AppError 429 when too many were wrong */
  async redeem(owner: FactorOwner, code: string, origin?: RequestOrigin): Promise<boolean> {
    if (!isTotpCode(code)) return false;
    const step = await this.attempts.attempt(owner, 'otp', origin, () => this.secrets.redeem(owner.id, code));
    return step !== undefined;
  }

  /** A recovery code; its owner hears of it. @throws AppError 429 when too many were wrong */
  async redeemRecoveryCode(owner: FactorOwner, code: string, origin?: RequestOrigin): Promise<boolean> {
    if (!isRecoveryCode(code)) return false;
    const left = await this.attempts.attempt(owner, 'recovery_code', origin, () =>
      this.database.transaction(async (tx) => {
        const remaining = await this.recoveryCodes.redeem(tx, owner.id, code);
        if (remaining !== undefined) await this.notices.recoveryCodeUsed(tx, owner, remaining, origin);
        return remaining;
      }),
    );
    return left !== undefined;
  }

  /** Either, told apart by the form. @throws AppError 429 when too many were wrong */
  redeemEither(owner: FactorOwner, code: string, origin?: RequestOrigin): Promise<boolean> {
    return isRecoveryCode(code) ? this.redeemRecoveryCode(owner, code, origin) : this.redeem(owner, code, origin);
  }
}

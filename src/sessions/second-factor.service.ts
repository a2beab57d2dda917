import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { countSignIn } from '../infra/metrics/metrics.js';
import { PasskeyProofs } from '../passkeys/passkey-proofs.service.js';
import { OtpCodes } from '../security/otp-codes.service.js';
import { FailedSignIns } from './failed-sign-ins.service.js';
import { SessionErrors } from './sessions.errors.js';
import { countRefusal } from './sign-in-counts.js';

/** What a person sent as second factor. */
export interface GivenFactor {
  otpCode?: string | undefined;
  recoveryCode?: string | undefined;
  /** On our pages only. */
  passkey?: GivenPasskey | undefined;
}

/** What a browser sent that was asked for a passkey. */
export interface GivenPasskey {
  /** JSON. */
  answer: string;
  /** See PasskeyBrowser. */
  browser: string | undefined;
}

interface CheckedAccount {
  accountId: string;
  uid: string;
  email: string;
  otpEnabled: boolean;
}

/** The one place where signing in asks for the second factor. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly codes: OtpCodes,
    private readonly passkeys: PasskeyProofs,
    private readonly failures: FailedSignIns,
  ) {}

  /** Told only after a right password. */
  hasPasskeys(accountId: string): Promise<boolean> {
    return this.passkeys.has(accountId);
  }

  /** What the browser is told that shall use a passkey. */
  askForPasskey(accountId: string, browser: string) {
    return this.passkeys.ask(passkeyPurpose(accountId, browser));
  }

  /**
   * @param account whose password was right; nobody else may learn that there is a second factor
   * @returns what the second factor adds to `amr`; a recovery code is a one-time password too (RFC 8176 has no other word)
   * @throws AppError 403 when the account has one and it is not given or not right, 429 after too many wrong codes
   */
  async demand(account: CheckedAccount, given: GivenFactor, origin: RequestOrigin): Promise<string[]> {
    if (!account.otpEnabled) return [];
    if (given.passkey) {
      return this.redeemPasskey(account, given.passkey, origin).catch(countRefusal(403, 'wrong_factor'));
    }
    if (await this.redeem(account, given, origin)) return ['otp'];
    countSignIn('wrong_factor');
    await this.failures.secondFactor(account.uid, origin);
    throw SessionErrors.otpInvalid();
  }

  private async redeemPasskey(
    { accountId }: CheckedAccount,
    { answer, browser }: GivenPasskey,
    origin: RequestOrigin,
  ): Promise<string[]> {
    return (await this.passkeys.prove(answer, passkeyPurpose(accountId, browser), origin)).amr;
  }

  private redeem(account: CheckedAccount, given: GivenFactor, origin: RequestOrigin): Promise<boolean> {
    const owner = { id: account.accountId, uid: account.uid, email: account.email };
    const { otpCode, recoveryCode } = given;
    if (otpCode !== undefined) return this.codes.redeem(owner, otpCode, origin);
    if (recoveryCode !== undefined) return this.codes.redeemRecoveryCode(owner, recoveryCode, origin);
    throw SessionErrors.otpMissing();
  }
}

const passkeyPurpose = (accountId: string, browser: string | undefined) => ({
  name: 'second-factor',
  accountId,
  browser,
});

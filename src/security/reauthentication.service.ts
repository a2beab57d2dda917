import { Injectable } from '@nestjs/common';
import { AccountErrors } from '../accounts/accounts.errors.js';
import { CredentialsService } from '../accounts/credentials.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { OtpCodes } from './otp-codes.service.js';
import { SecurityErrors } from './security.errors.js';

const RECENT_SECONDS = 15 * 60;

/** Before something that a thief of a session would want: the person signed in just now, or proves it again. */
@Injectable()
export class ReauthenticationService {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly codes: OtpCodes,
  ) {}

  /**
   * @param password sent along with the request, if it was
   * @param otpCode the same; needed beside the password when the account has a second factor
   * @throws AppError 403 when the sign-in is older than 15 minutes and they were not sent, 401 for a wrong password,
   *   422 for a wrong code, 429 after too many
   */
  async assert(
    principal: Principal,
    password: string | undefined,
    otpCode?: string,
    origin?: RequestOrigin,
  ): Promise<void> {
    if (Date.now() / 1000 - principal.authTime <= RECENT_SECONDS) return;
    const { account } = principal;
    if (password === undefined || (account.otpEnabled && otpCode === undefined)) {
      throw SecurityErrors.reauthenticationRequired(account.otpEnabled);
    }
    await this.assertPassword(principal, password);
    if (!account.otpEnabled || otpCode === undefined) return;
    if (!(await this.codes.redeem(account, otpCode, origin))) throw SecurityErrors.invalidCode();
  }

  /**
   * Both factors in this very request, however recent the sign-in.
   * @param code of the authenticator, or a recovery code
   * @throws AppError 400 when the second factor is off, 401 for a wrong password, 422 for a wrong code, 429
   */
  async assertBothFactors(principal: Principal, password: string, code: string, origin: RequestOrigin): Promise<void> {
    if (!principal.account.otpEnabled) throw SecurityErrors.notEnabled();
    // The password first, so that nobody without it can use up codes or the budget for them.
    await this.assertPassword(principal, password);
    if (!(await this.codes.redeemEither(principal.account, code, origin))) throw SecurityErrors.invalidCode();
  }

  private async assertPassword(principal: Principal, password: string): Promise<void> {
    if (!(await this.credentials.matches(principal, password))) throw AccountErrors.wrongPassword();
  }
}

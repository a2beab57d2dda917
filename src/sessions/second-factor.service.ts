import { Injectable } from '@nestjs/common';
import { AppError } from '../common/app-error.js';

/** The one place where signing in asks for the second factor. */
@Injectable()
export class SecondFactor {
  /**
   * @returns what the second factor adds to `amr`
   * @throws AppError 403 when the account has one and it is not given or not right
   */
  async demand(account: { otpEnabled: boolean }, given: { otpCode?: string | undefined }): Promise<string[]> {
    if (!account.otpEnabled) return [];
    // Nothing can turn the second factor on before its module is there; an account that has one stays closed.
    throw given.otpCode === undefined
      ? new AppError(403, 'otp.missing', 'The account has enabled 2FA but OTP code is missing')
      : new AppError(403, 'otp.invalid', 'OTP code is invalid');
  }
}

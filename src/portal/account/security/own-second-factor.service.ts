import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/principal.js';
import type { RequestOrigin } from '../../../common/request-origin.js';
import { ReauthenticationService } from '../../../security/reauthentication.service.js';
import { TwoFactorService } from '../../../security/two-factor.service.js';
import { Admissions, type PersonSignedIn } from '../../../sessions/admissions.service.js';
import { PLACE } from '../../arrivals.service.js';

export interface BothFactors {
  password: string;
  /** Of the authenticator, or a recovery code. */
  code: string;
}

/** The second factor in the hands of its owner: turned on and off, its recovery codes made anew. */
@Injectable()
export class OwnSecondFactor {
  constructor(
    private readonly reauthentication: ReauthenticationService,
    private readonly twoFactor: TwoFactorService,
    private readonly admissions: Admissions,
  ) {}

  /**
   * Turns it on, which ends every session of the account.
   * @returns the recovery codes, and what to sign this browser in again with
   * @throws AppError 400 when it is on, 422 for a wrong code, 429
   */
  async enable(
    principal: Principal,
    code: string,
    origin: RequestOrigin,
  ): Promise<{ codes: string[]; person: PersonSignedIn | undefined }> {
    const codes = await this.twoFactor.enable(principal, code, origin);
    // Whatever happens now, the codes are shown: there is no second time for that.
    const person = await this.admissions.bySession(principal, 'otp', { place: PLACE, origin }).catch(() => undefined);
    return { codes, person };
  }

  /** @throws AppError 400 when it is off, 401 for a wrong password, 422 for a wrong code, 429 */
  async disable(principal: Principal, { password, code }: BothFactors, origin: RequestOrigin): Promise<void> {
    await this.reauthentication.assertBothFactors(principal, password, code, origin);
    await this.twoFactor.disable(principal, origin);
  }

  /** @returns the new recovery codes, to be shown this one time. @throws AppError as `disable` */
  async replaceRecoveryCodes(
    principal: Principal,
    { password, code }: BothFactors,
    origin: RequestOrigin,
  ): Promise<string[]> {
    await this.reauthentication.assertBothFactors(principal, password, code, origin);
    return this.twoFactor.replaceRecoveryCodes(principal, origin);
  }
}

import { Injectable } from '@nestjs/common';
import { AccountErrors } from '../../../accounts/accounts.errors.js';
import { CredentialsService } from '../../../accounts/credentials.service.js';
import { PasswordChangeService } from '../../../accounts/password-change.service.js';
import { AppError } from '../../../common/app-error.js';
import type { Principal } from '../../../common/principal.js';
import type { RequestOrigin } from '../../../common/request-origin.js';
import { ReauthenticationService } from '../../../security/reauthentication.service.js';
import { InteractiveSignInService, type PersonSignedIn } from '../../../sessions/interactive-sign-in.service.js';
import { PLACE } from '../../arrivals.service.js';

export interface NewPassword {
  current: string;
  chosen: string;
  /** Of the authenticator, or a recovery code; needed when the second factor is on. */
  code: string;
}

/** A new password, chosen on the account's page by its owner (CONTROLS C-16). */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly reauthentication: ReauthenticationService,
    private readonly changes: PasswordChangeService,
    private readonly signIns: InteractiveSignInService,
  ) {}

  /**
   * Ends every session and token of the account.
   * @returns what to sign this browser in again with; undefined when the new password does not do that any more
   * @throws AppError 401 for a wrong password, 422 for a wrong code or a weak new password, 429
   */
  async change(principal: Principal, given: NewPassword, origin: RequestOrigin): Promise<PersonSignedIn | undefined> {
    const { email, otpEnabled } = principal.account;
    // First, so that a password that is refused anyway does not use a code up.
    const problems = this.credentials.problemsWith(given.chosen, email);
    if (problems.length > 0) throw AccountErrors.weakPassword(problems);
    if (otpEnabled) await this.reauthentication.assertBothFactors(principal, given.current, given.code, origin);
    await this.changes.change(principal, given.current, given.chosen, origin);
    return this.signIns
      .again({ email, password: given.chosen }, otpEnabled ? ['otp'] : [], PLACE, origin)
      .catch(undefinedIfRefused);
  }
}

function undefinedIfRefused(error: unknown): undefined {
  if (!(error instanceof AppError)) throw error;
}

import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { networkOf } from '../infra/rate-limit/network.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { PasskeyProofs } from '../passkeys/passkey-proofs.service.js';
import { Admissions, type PersonSignedIn } from './admissions.service.js';
import { assertMayAct } from './password-proofs.service.js';
import type { GivenPasskey } from './second-factor.service.js';
import { countRefusal } from './sign-in-counts.js';

/** Everyone may ask, and each question is a row: as often as passwords may be tried from one network (CONTROLS 2). */
const LIMITS: readonly Limit[] = [
  { name: 'passkey-minute', points: 30, seconds: 60 },
  { name: 'passkey-hour', points: 300, seconds: 3600 },
];

/** Signing in on pages with a passkey alone: no address is typed, and what is answered is alike whoever has an account. */
@Injectable()
export class PasskeySignInService {
  constructor(
    private readonly passkeys: PasskeyProofs,
    private readonly admissions: Admissions,
    private readonly limits: RateLimits,
  ) {}

  /**
   * What the browser is told.
   * @param place where the sign-in happens; the answer is good at this place only
   * @param browser see PasskeyBrowser
   * @throws AppError 429 when the network has asked too often
   */
  async ask(place: string, browser: string, { ip }: RequestOrigin) {
    for (const limit of LIMITS) await this.limits.take(limit, networkOf(ip));
    return this.passkeys.ask(purposeOf(place, browser));
  }

  /**
   * @throws AppError 403 when the passkey is not accepted or was asked for too long ago, 401 when the account may not act
   */
  async finish({ answer, browser }: GivenPasskey, place: string, origin: RequestOrigin): Promise<PersonSignedIn> {
    const proving = this.passkeys.prove(answer, purposeOf(place, browser), origin);
    const proven = await proving.catch(countRefusal(403, 'wrong_passkey'));
    assertMayAct(proven.state);
    const account = { id: proven.accountId, uid: proven.uid };
    return this.admissions.byPasskey(account, proven.passkeyId, proven.amr, { place, origin });
  }
}

const purposeOf = (place: string, browser: string | undefined) => ({ name: `sign-in ${place}`, browser });

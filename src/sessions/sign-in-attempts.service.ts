import { Injectable } from '@nestjs/common';
import { devicesOf } from '../accounts/known-devices.service.js';
import { RequestErrors } from '../common/request-errors.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Config } from '../config/config.js';
import { countSignIn, limitsHit } from '../infra/metrics/metrics.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { FailedSignIns } from './failed-sign-ins.service.js';
import { countRefusal } from './sign-in-counts.js';
import { SignInCounters, type TrySource } from './sign-in-counters.service.js';
import { SignInWarnings } from './sign-in-warnings.service.js';

/** CONTROLS 2: sign-ins from one network, right or wrong; from all browsers that are known for an address, as many. */
const PER_ORIGIN: Limit[] = [
  { name: 'sign-in-minute', points: 30, seconds: 60 },
  { name: 'sign-in-hour', points: 300, seconds: 3600 },
];
/** All that come from one network with the cookies of known browsers: whoever has many accounts has as many cookies. */
const KNOWN_OF_NETWORK: Limit[] = [
  { name: 'sign-in-known-minute', points: 120, seconds: 60 },
  { name: 'sign-in-known-hour', points: 3000, seconds: 3600 },
];
/** Failures in a row after which the owner hears of a success from somewhere new (CONTROLS C-08). */
const MANY = 5;

export interface Attempt {
  /** Canonical; null for what is no address. */
  email: string | null;
  origin: RequestOrigin;
  /** Undefined where nothing was counted. */
  source: TrySource | undefined;
  /** Nobody was signed in from there lately, and many failed before. */
  isUnusual: boolean;
}

/** The one place where sign-ins are counted: begun before a password is hashed, then failed or proven. */
@Injectable()
export class SignInAttempts {
  constructor(
    private readonly config: Config,
    private readonly limits: RateLimits,
    private readonly counters: SignInCounters,
    private readonly warnings: SignInWarnings,
    private readonly failures: FailedSignIns,
  ) {}

  /**
   * Counts alike for addresses with and without an account.
   * @param deviceCookie see DeviceCookie
   * @throws AppError 429
   */
  async begin(email: string | null, origin: RequestOrigin, deviceCookie?: string): Promise<Attempt> {
    if (!this.config.rateLimits) return { email, origin, source: undefined, isUnusual: false };
    const source = await this.counters.sourceOf(email, origin.ip, deviceCookie);
    await this.takeShare(email, source).catch(countRefusal(429, 'limited'));
    if (email === null) return { email, origin, source: undefined, isUnusual: false };
    const outcome = await this.counters.reserve(email, source);
    if ('isKnown' in outcome) {
      return { email, origin, source, isUnusual: !outcome.isKnown && outcome.failuresBefore >= MANY };
    }
    countSignIn(outcome.isLocked ? 'locked' : 'limited');
    limitsHit.inc({ limit: outcome.isLocked ? 'sign-in-lock' : 'sign-in-wait' });
    if (outcome.isLocked && (await this.counters.mayWarn(email))) await this.warnings.locked(email);
    throw RequestErrors.tooMany(outcome.seconds);
  }

  private async takeShare(email: string | null, { network, device }: TrySource): Promise<void> {
    const isKnown = email !== null && device !== undefined;
    for (const limit of PER_ORIGIN) await this.limits.take(limit, isKnown ? devicesOf(email) : network);
    if (!isKnown) return;
    for (const limit of KNOWN_OF_NETWORK) await this.limits.take(limit, network);
  }

  /** The password was right: what was counted is forgotten. Codes of the second factor have a budget of their own. */
  async proven({ email, source, isUnusual }: Attempt): Promise<void> {
    if (email === null || source === undefined) return;
    await this.counters.clear(email, source);
    if (isUnusual) await this.warnings.unusual(email);
  }

  async failed({ email, origin }: Attempt, uid: string | null): Promise<void> {
    countSignIn('wrong_password');
    await this.failures.record(email, uid, origin);
  }
}

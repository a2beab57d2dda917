import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RateLimiterRes, RateLimiterStoreAbstract } from 'rate-limiter-flexible';
import { AppError } from '../../common/app-error.js';
import { RequestErrors } from '../../common/request-errors.js';
import { Config } from '../../config/config.js';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import { limitsHit } from '../metrics/metrics.js';
import { LimiterStore } from './limiter-store.js';

/** So many within so many seconds, counted from the first one. */
export interface Limit {
  /** Tells counters of one key apart. */
  name: string;
  points: number;
  seconds: number;
}

/** Counters that all replicas share (CONTROLS 2). RATE_LIMITS=off lifts every one. */
@Injectable()
export class RateLimits {
  private readonly limiters = new Map<string, RateLimiterStoreAbstract>();

  constructor(
    private readonly config: Config,
    private readonly store: LimiterStore,
  ) {}

  /**
   * Counts first: of any number of parallel calls no more than the limit get through.
   * @param key what is counted, such as an address; kept as a hash
   * @throws AppError 429 with `Retry-After`, 503 when the counters are away
   */
  async take(limit: Limit, key: string): Promise<void> {
    await this.ask(limit, (limiter) => limiter.consume(hashed(key)));
  }

  /** As `take`, for what is left undone without a word. @throws AppError 503 when the counters are away */
  async allows(limit: Limit, key: string): Promise<boolean> {
    try {
      await this.take(limit, key);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.status === 429) return false;
      throw error;
    }
  }

  /** Takes back what was counted and should not have been, such as a try that was right. */
  async giveBack(limit: Limit, key: string): Promise<void> {
    await this.ask(limit, (limiter) => limiter.reward(hashed(key)));
  }

  /** Refuses what is at its limit already, without counting. @throws AppError 429, 503 */
  async assertFree(limit: Limit, key: string): Promise<void> {
    const state = await this.ask(limit, (limiter) => limiter.get(hashed(key)));
    if (state && state.consumedPoints >= limit.points) throw refusalFor(limit, state);
  }

  /** @returns undefined where limits are off */
  private async ask<T>(limit: Limit, work: (limiter: RateLimiterStoreAbstract) => Promise<T>): Promise<T | undefined> {
    if (!this.config.rateLimits) return undefined;
    try {
      return await work(this.limiterOf(limit));
    } catch (error) {
      throw refusalFor(limit, error);
    }
  }

  private limiterOf({ name, points, seconds }: Limit): RateLimiterStoreAbstract {
    const known = this.limiters.get(name);
    if (known) return known;
    const limiter = this.store.create({ keyPrefix: name, points, duration: seconds });
    this.limiters.set(name, limiter);
    return limiter;
  }
}

const hashed = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** The library throws its own result, which is no Error, when the limit is reached. */
function refusalFor({ name }: Limit, error: unknown): unknown {
  if (!(error instanceof Error)) {
    limitsHit.inc({ limit: name });
    return RequestErrors.tooMany(Math.ceil((error as RateLimiterRes).msBeforeNext / 1000));
  }
  return isDatabaseUnavailable(error) ? error : RequestErrors.unavailable();
}

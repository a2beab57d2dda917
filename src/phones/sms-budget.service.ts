import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { networkOf } from '../infra/rate-limit/network.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { PhoneErrors } from './phones.errors.js';

/** An SMS that somebody wants to be sent. */
export interface SmsRequest {
  accountId: string;
  /** E.164. */
  number: string;
  /** ISO 3166-1 alpha-2; null for numbers of no country. */
  country: string | null;
  ip: string;
}

const DAY = 86_400;
const limit = (name: string, points: number, seconds: number): Limit => ({ name: `sms-${name}`, points, seconds });

/** CONTROLS 2: each account and each number a few, also over all accounts that name the number. */
const PER_ACCOUNT = [limit('account-minute', 1, 60), limit('account-short', 3, 600), limit('account-day', 5, DAY)];
const PER_NUMBER = [limit('number-short', 3, 600), limit('number-day', 5, DAY)];
const PER_NETWORK = limit('network', 10, 3600);
/** Numbers that differ in the last four digits only are bought in blocks by those who are paid for each SMS. */
const PER_BLOCK = limit('block', 30, DAY);
const BLOCK_DIGITS = 4;
/** No country takes more than this part of the whole. */
const COUNTRY_SHARE = 0.5;

/** The one place where SMS are counted, before one is queued or anything is told about the number. */
@Injectable()
export class SmsBudget {
  private readonly perCountry: Limit;
  private readonly inAll: Limit;

  constructor(
    private readonly config: Config,
    private readonly limits: RateLimits,
  ) {
    this.perCountry = limit('country', Math.max(1, Math.floor(config.smsPerDay * COUNTRY_SHARE)), DAY);
    this.inAll = limit('all', config.smsPerDay, DAY);
  }

  /**
   * Counts the narrow budgets first, so that nobody uses up the wide ones.
   * @throws AppError 400 for a country that gets no SMS, 429
   */
  async reserve({ accountId, number, country, ip }: SmsRequest): Promise<void> {
    const { smsCountries } = this.config;
    if (smsCountries.length > 0 && !smsCountries.includes(country ?? '')) throw PhoneErrors.countryNotServed();
    for (const one of PER_ACCOUNT) await this.limits.take(one, accountId);
    for (const one of PER_NUMBER) await this.limits.take(one, number);
    await this.limits.take(PER_NETWORK, networkOf(ip));
    await this.limits.take(PER_BLOCK, number.slice(0, -BLOCK_DIGITS));
    await this.limits.take(this.perCountry, country ?? 'none');
    await this.limits.take(this.inAll, 'all');
  }
}

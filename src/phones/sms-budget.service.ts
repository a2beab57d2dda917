import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { networkOf } from '../infra/rate-limit/network.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { PhoneErrors } from './phones.errors.js';

/** An SMS, as far as it is counted when it goes out. */
export interface CountedSms {
  accountId: string;
  /** E.164. */
  number: string;
  /** ISO 3166-1 alpha-2; null for numbers of no country. */
  country: string | null;
}

/** An SMS that somebody wants to be sent. */
export interface SmsRequest extends CountedSms {
  ip: string;
}

const DAY = 86_400;
const limit = (name: string, points: number, seconds: number): Limit => ({ name: `sms-${name}`, points, seconds });

/** CONTROLS 2: each account and each number a few, also over all accounts that name the number. */
const ACCOUNT_DAY = limit('account-day', 5, DAY);
const PER_ACCOUNT = [limit('account-minute', 1, 60), limit('account-short', 3, 600), ACCOUNT_DAY];
const NUMBER_DAY = limit('number-day', 5, DAY);
const PER_NUMBER = [limit('number-short', 3, 600), NUMBER_DAY];
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
    for (const [one, key] of this.inCommon({ number, country })) await this.limits.take(one, key);
  }

  /**
   * After no provider was reached. The budgets of a day are for SMS that go out; those of minutes, and that of the
   * network, are for asking, and whoever asks while the provider is away is held to them.
   */
  async giveBack(sms: CountedSms): Promise<void> {
    for (const [one, key] of this.ofDay(sms)) await this.limits.giveBack(one, key);
  }

  /** Counts what was given back, before it is tried again. @returns whether it may go out @throws AppError 503 */
  async takeAgain(sms: CountedSms): Promise<boolean> {
    for (const [one, key] of this.ofDay(sms)) if (!(await this.limits.allows(one, key))) return false;
    return true;
  }

  private ofDay(sms: CountedSms): [Limit, string][] {
    return [[ACCOUNT_DAY, sms.accountId], [NUMBER_DAY, sms.number], ...this.inCommon(sms)];
  }

  private inCommon({ number, country }: Pick<CountedSms, 'number' | 'country'>): [Limit, string][] {
    return [
      [PER_BLOCK, number.slice(0, -BLOCK_DIGITS)],
      [this.perCountry, country ?? 'none'],
      [this.inAll, 'all'],
    ];
  }
}

import { Injectable } from '@nestjs/common';

/** An SMS that somebody wants to be sent. */
export interface SmsRequest {
  accountId: string;
  /** E.164. */
  number: string;
  /** ISO 3166-1 alpha-2; null for numbers of no country. */
  country: string | null;
  ip: string;
}

/**
 * The one place where SMS are counted (CONTROLS 2), before one is queued or anything is told about the number.
 * It counts nothing and refuses nothing yet: until it does, whoever has an account can have as many sent as they like.
 */
@Injectable()
export class SmsBudget {
  reserve(_request: SmsRequest): Promise<void> {
    return Promise.resolve();
  }
}

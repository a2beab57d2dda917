import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { countDelivery, sms } from '../infra/metrics/metrics.js';
import { type Sms, SmsFailure, SmsSender } from '../infra/sms/sms-sender.js';
import { SMS_TEXTS } from './sms-texts.js';

/** Where nobody can tell whether an SMS was sent, it is tried once more: at most one duplicate (CONTROLS C-86). */
const TRIES_WHEN_UNCLEAR = 2;

export interface PhoneCode {
  /** Stable over retries. */
  id: string;
  /** E.164; the stored number, never one that a request just brought along. */
  to: string;
  code: string;
}

/** Which SMS goes to whom. For jobs: it sends at once, so that the job can look last whether it still should. */
@Injectable()
export class SmsNotificationsService {
  private readonly logger = new Logger('Notifications');

  constructor(
    private readonly config: Config,
    private readonly sender: SmsSender,
  ) {}

  /**
   * @param attempt of the job, from 1
   * @throws SmsFailure when it was not taken and should be tried again
   */
  phoneCode({ id, to, code }: PhoneCode, attempt: number): Promise<void> {
    return this.send({ id, to, text: SMS_TEXTS.phoneCode(this.config.appName, code) }, attempt);
  }

  private async send(message: Sms, attempt: number): Promise<void> {
    try {
      await countDelivery(sms, this.sender.send(message, attempt));
    } catch (error) {
      if (!(error instanceof SmsFailure)) throw error;
      this.logger.warn({ msg: 'SMS was not taken', reason: error.message, sms: message.id, attempt });
      if (!error.mayHaveBeenSent || attempt < TRIES_WHEN_UNCLEAR) throw error;
    }
  }
}

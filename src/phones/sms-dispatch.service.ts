import { Injectable, Logger } from '@nestjs/common';
import { SmsFailure } from '../infra/sms/sms-sender.js';
import type { Job } from '../infra/queue/job-worker.service.js';
import { type PhoneCode, SmsNotificationsService } from '../notifications/sms-notifications.service.js';
import { type CountedSms, SmsBudget } from './sms-budget.service.js';

/** What the queue keeps of a try by which no provider was reached: after it the SMS is not counted. */
const GIVEN_BACK = 'SmsFailure UNREACHED';

/**
 * Sends what was counted when it was asked for. While no provider can be reached the day's budgets get it back, so that
 * an outage uses up nobody's; it is counted anew before each further try, so that nothing gets out without.
 */
@Injectable()
export class SmsDispatch {
  private readonly logger = new Logger('Phones');

  constructor(
    private readonly notifications: SmsNotificationsService,
    private readonly budget: SmsBudget,
  ) {}

  /** @throws SmsFailure when it was not taken and should be tried again */
  async send(message: PhoneCode, counted: CountedSms, { attempt, lastFailure }: Job): Promise<void> {
    const wasGivenBack = lastFailure === GIVEN_BACK;
    if (wasGivenBack && !(await this.countAgain(counted))) {
      this.logger.warn({ msg: 'SMS not sent: its budget is used up', sms: message.id });
      return;
    }
    try {
      await this.notifications.phoneCode(message, attempt);
    } catch (error) {
      if (!(error instanceof SmsFailure) || error.outcome !== 'unreached') throw error;
      // A try before may have sent it, and what the queue keeps of this one is all that the next try knows of that.
      if (attempt > 1 && !wasGivenBack) throw new SmsFailure(error.message, 'unclear');
      await this.giveBack(counted);
      throw error;
    }
  }

  private async countAgain(counted: CountedSms): Promise<boolean> {
    try {
      return await this.budget.takeAgain(counted);
    } catch {
      // Still not counted, which the next try must hear.
      throw new SmsFailure('the counters are away', 'unreached');
    }
  }

  /** What could not be given back is counted twice, never not at all. */
  private async giveBack(counted: CountedSms): Promise<void> {
    try {
      await this.budget.giveBack(counted);
    } catch {
      this.logger.warn({ msg: 'SMS that was not sent stays counted' });
    }
  }
}

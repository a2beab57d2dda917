import type { DevelopmentOutbox } from '../outbox/development-outbox.service.js';
import { type Sms, SmsSender } from './sms-sender.js';

/** Keeps SMS in the development outbox. */
export class OutboxSmsSender extends SmsSender {
  constructor(private readonly outbox: DevelopmentOutbox) {
    super();
  }

  async send({ id, to, text }: Sms): Promise<void> {
    // Digits only: a plus in a query string is easily lost.
    await this.outbox.put({ id, channel: 'sms', recipient: to.replace('+', ''), subject: '', text, html: '' });
  }
}

import type { DevelopmentOutbox } from '../outbox/development-outbox.service.js';
import { type Mail, Mailer } from './mailer.js';

/** Keeps mails in the development outbox. */
export class OutboxMailer extends Mailer {
  constructor(private readonly outbox: DevelopmentOutbox) {
    super();
  }

  async send(mail: Mail): Promise<void> {
    await this.outbox.put({
      id: mail.id,
      channel: 'email',
      recipient: mail.to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
    });
  }
}

import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { DevelopmentOutbox } from '../outbox/development-outbox.service.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { Mailer } from './mailer.js';
import { OutboxMailer } from './outbox.mailer.js';

/** The Mailer of this process: SMTP when SMTP_URL is set, else the development outbox. */
@Module({
  imports: [OutboxModule],
  providers: [
    {
      provide: Mailer,
      inject: [Config, DevelopmentOutbox],
      useFactory: async (config: Config, outbox: DevelopmentOutbox): Promise<Mailer> => {
        if (!config.smtpUrl) return new OutboxMailer(outbox);
        const { SmtpMailer } = await import('./smtp.mailer.js');
        return new SmtpMailer(config.smtpUrl, config);
      },
    },
  ],
  exports: [Mailer],
})
export class MailModule {}

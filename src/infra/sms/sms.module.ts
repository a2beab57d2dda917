import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { DevelopmentOutbox } from '../outbox/development-outbox.service.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { OutboxSmsSender } from './outbox.sms-sender.js';
import { SmsSender } from './sms-sender.js';
import { TwilioSmsSender } from './twilio.sms-sender.js';
import { WebhookSmsSender } from './webhook.sms-sender.js';

/** The SmsSender of this process: what SMS_URL names, else the development outbox. */
@Module({
  imports: [OutboxModule],
  providers: [
    {
      provide: SmsSender,
      inject: [Config, DevelopmentOutbox],
      useFactory: ({ sms }: Config, outbox: DevelopmentOutbox): SmsSender => {
        if (sms === undefined) return new OutboxSmsSender(outbox);
        return sms.kind === 'twilio' ? new TwilioSmsSender(sms) : new WebhookSmsSender(sms);
      },
    },
  ],
  exports: [SmsSender],
})
export class SmsModule {}

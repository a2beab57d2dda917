import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import type { SmsProvider } from '../../config/sms-provider.js';
import { DevelopmentOutbox } from '../outbox/development-outbox.service.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { FailoverSmsSender } from './failover.sms-sender.js';
import { OutboxSmsSender } from './outbox.sms-sender.js';
import { SmsSender } from './sms-sender.js';
import { TwilioSmsSender } from './twilio.sms-sender.js';
import { WebhookSmsSender } from './webhook.sms-sender.js';

/** The SmsSender of this process: what SMS_URL names, several in turn, else the development outbox. */
@Module({
  imports: [OutboxModule],
  providers: [
    {
      provide: SmsSender,
      inject: [Config, DevelopmentOutbox],
      useFactory: ({ sms }: Config, outbox: DevelopmentOutbox): SmsSender => {
        const [first, ...others] = sms.map(senderOf);
        if (!first) return new OutboxSmsSender(outbox);
        return others.length > 0 ? new FailoverSmsSender([first, ...others]) : first;
      },
    },
  ],
  exports: [SmsSender],
})
export class SmsModule {}

function senderOf(provider: SmsProvider): SmsSender {
  return provider.kind === 'twilio' ? new TwilioSmsSender(provider) : new WebhookSmsSender(provider);
}

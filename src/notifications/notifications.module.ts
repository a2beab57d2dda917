import { Module } from '@nestjs/common';
import { MailModule } from '../infra/mail/mail.module.js';
import { SmsModule } from '../infra/sms/sms.module.js';
import { MessageDeliveries } from './message-deliveries.service.js';
import { NotificationsService } from './notifications.service.js';
import { SmsNotificationsService } from './sms-notifications.service.js';

@Module({
  imports: [MailModule, SmsModule],
  providers: [MessageDeliveries, NotificationsService, SmsNotificationsService],
  exports: [NotificationsService, SmsNotificationsService],
})
export class NotificationsModule {}

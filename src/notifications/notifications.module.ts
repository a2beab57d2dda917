import { Module } from '@nestjs/common';
import { MailModule } from '../infra/mail/mail.module.js';
import { SmsModule } from '../infra/sms/sms.module.js';
import { NotificationsService } from './notifications.service.js';
import { SmsNotificationsService } from './sms-notifications.service.js';

@Module({
  imports: [MailModule, SmsModule],
  providers: [NotificationsService, SmsNotificationsService],
  exports: [NotificationsService, SmsNotificationsService],
})
export class NotificationsModule {}

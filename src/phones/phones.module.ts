import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PhoneImportService } from './phone-import.service.js';
import { NewPhones } from './new-phones.service.js';
import { PhoneAdditionService } from './phone-addition.service.js';
import { PhoneCodes } from './phone-codes.service.js';
import { PhoneMessagesService } from './phone-messages.service.js';
import { PhoneVerificationService } from './phone-verification.service.js';
import { PhonesController } from './phones.controller.js';
import { PhonesService } from './phones.service.js';
import { SmsBudget } from './sms-budget.service.js';
import { SmsDispatch } from './sms-dispatch.service.js';

/** Phone numbers of accounts: added, verified with a code by SMS, looked up. */
@Module({
  imports: [AccountsModule, AuditModule, EventsModule, NotificationsModule],
  controllers: [PhonesController],
  providers: [
    NewPhones,
    PhoneImportService,
    PhoneAdditionService,
    PhoneCodes,
    PhoneMessagesService,
    PhoneVerificationService,
    PhonesService,
    SmsBudget,
    SmsDispatch,
  ],
  exports: [PhoneImportService, PhoneAdditionService, PhoneVerificationService, PhonesService],
})
export class PhonesModule {}

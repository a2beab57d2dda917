import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { Account } from './account.entity.js';
import { AccountAdministrationService } from './account-administration.service.js';
import { AccountSearchService } from './account-search.service.js';
import { AccountSetupService } from './account-setup.service.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { ConfirmationMailsService } from './confirmation-mails.service.js';
import { ConfirmationService } from './confirmation.service.js';
import { CredentialsService } from './credentials.service.js';
import { LevelsService } from './levels.service.js';
import { PasswordChangeService } from './password-change.service.js';
import { SignUpService } from './sign-up.service.js';

/** The account: sign-up, confirmation, password, state, level. */
@Module({
  imports: [TypeOrmModule.forFeature([Account]), AuditModule, NotificationsModule],
  controllers: [AccountsController],
  providers: [
    AccountsService,
    AccountAdministrationService,
    AccountSearchService,
    AccountSetupService,
    ConfirmationMailsService,
    ConfirmationService,
    LevelsService,
    CredentialsService,
    PasswordChangeService,
    SignUpService,
  ],
  exports: [
    AccountsService,
    AccountAdministrationService,
    AccountSearchService,
    AccountSetupService,
    ConfirmationMailsService,
    ConfirmationService,
    LevelsService,
    CredentialsService,
    SignUpService,
    PasswordChangeService,
  ],
})
export class AccountsModule {}

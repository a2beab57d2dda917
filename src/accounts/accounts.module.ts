import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { Account } from './account.entity.js';
import { AccountAdministrationService } from './account-administration.service.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { AccountSearchService } from './account-search.service.js';
import { AccountSetupService } from './account-setup.service.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { ConfirmationMailsService } from './confirmation-mails.service.js';
import { ConfirmationService } from './confirmation.service.js';
import { CredentialsService } from './credentials.service.js';
import { EmailChangeRequestsService } from './email-change-requests.service.js';
import { EmailChangeService } from './email-change.service.js';
import { KnownNetworks } from './known-networks.service.js';
import { LinkMailRequests } from './link-mail-requests.service.js';
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
    AccountDeletionService,
    AccountSearchService,
    AccountSetupService,
    ConfirmationMailsService,
    ConfirmationService,
    EmailChangeRequestsService,
    EmailChangeService,
    LevelsService,
    KnownNetworks,
    LinkMailRequests,
    CredentialsService,
    PasswordChangeService,
    SignUpService,
  ],
  exports: [
    AccountsService,
    AccountAdministrationService,
    AccountDeletionService,
    AccountSearchService,
    AccountSetupService,
    ConfirmationMailsService,
    ConfirmationService,
    EmailChangeRequestsService,
    EmailChangeService,
    LevelsService,
    KnownNetworks,
    LinkMailRequests,
    CredentialsService,
    SignUpService,
    PasswordChangeService,
  ],
})
export class AccountsModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add(
      { table: 'email_confirmations', expired: 'expires_at < now()' },
      { table: 'email_changes', expired: 'expires_at < now()' },
      { table: 'email_reverts', expired: 'expires_at < now()' },
    );
  }
}

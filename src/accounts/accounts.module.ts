import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { BreachedPasswordsModule } from '../infra/breached-passwords/breached-passwords.module.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { AccountImportService } from './account-import.service.js';
import { Account } from './account.entity.js';
import { AccountAdministrationService } from './account-administration.service.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { AccountRows } from './account-rows.service.js';
import { AccountSearchService } from './account-search.service.js';
import { AccountSetupService } from './account-setup.service.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { ConfirmationMailsService } from './confirmation-mails.service.js';
import { ConfirmationService } from './confirmation.service.js';
import { CredentialsService } from './credentials.service.js';
import { EmailChangeRequestsService } from './email-change-requests.service.js';
import { EmailChangeService } from './email-change.service.js';
import { DeviceCookie } from './device-cookie.service.js';
import { KnownDevices } from './known-devices.service.js';
import { EmailMoves } from './email-moves.service.js';
import { KnownNetworks } from './known-networks.service.js';
import { LinkMailRequests } from './link-mail-requests.service.js';
import { LevelsService } from './levels.service.js';
import { NewAccounts } from './new-accounts.service.js';
import { PasswordChangeService } from './password-change.service.js';
import { SignUpService } from './sign-up.service.js';

/** The account: sign-up, confirmation, password, state, level. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Account]),
    AuditModule,
    BreachedPasswordsModule,
    EventsModule,
    NotificationsModule,
  ],
  controllers: [AccountsController],
  providers: [
    AccountsService,
    AccountAdministrationService,
    AccountDeletionService,
    AccountImportService,
    AccountRows,
    AccountSearchService,
    AccountSetupService,
    ConfirmationMailsService,
    ConfirmationService,
    EmailChangeRequestsService,
    EmailChangeService,
    EmailMoves,
    LevelsService,
    DeviceCookie,
    KnownDevices,
    KnownNetworks,
    LinkMailRequests,
    CredentialsService,
    NewAccounts,
    PasswordChangeService,
    SignUpService,
  ],
  exports: [
    AccountsService,
    AccountAdministrationService,
    AccountDeletionService,
    AccountImportService,
    AccountSearchService,
    AccountSetupService,
    ConfirmationMailsService,
    ConfirmationService,
    EmailChangeRequestsService,
    EmailChangeService,
    LevelsService,
    DeviceCookie,
    KnownDevices,
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

import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PasswordResetController } from './password-reset.controller.js';
import { PasswordResetRequestsService } from './password-reset-requests.service.js';
import { PasswordResetService } from './password-reset.service.js';
import { ReauthenticationService } from './reauthentication.service.js';

/** What protects an account beyond its password, and what replaces a lost one. */
@Module({
  imports: [AccountsModule, AuditModule, NotificationsModule],
  controllers: [PasswordResetController],
  providers: [PasswordResetRequestsService, PasswordResetService, ReauthenticationService],
  exports: [PasswordResetRequestsService, PasswordResetService, ReauthenticationService],
})
export class SecurityModule {}

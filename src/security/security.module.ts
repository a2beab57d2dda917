import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { RestoreEndings } from '../infra/database/restore-endings.service.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { EnrolmentsService } from './enrolments.service.js';
import { OtpAttempts } from './otp-attempts.service.js';
import { OtpCodes } from './otp-codes.service.js';
import { OtpImportService } from './otp-import.service.js';
import { OtpRecoveryService } from './otp-recovery.service.js';
import { OtpSecrets } from './otp-secrets.service.js';
import { PasswordResetController } from './password-reset.controller.js';
import { PasswordResetRequestsService } from './password-reset-requests.service.js';
import { PasswordResetService } from './password-reset.service.js';
import { ReauthenticationService } from './reauthentication.service.js';
import { RecoveryCodes } from './recovery-codes.service.js';
import { TwoFactorController } from './two-factor.controller.js';
import { TwoFactorNotices } from './two-factor-notices.service.js';
import { TwoFactorService } from './two-factor.service.js';

const SERVICES = [
  EnrolmentsService,
  OtpCodes,
  OtpImportService,
  OtpRecoveryService,
  PasswordResetRequestsService,
  PasswordResetService,
  ReauthenticationService,
  TwoFactorService,
];

/** What protects an account beyond its password, and what replaces a lost one. */
@Module({
  imports: [AccountsModule, AuditModule, NotificationsModule],
  controllers: [PasswordResetController, TwoFactorController],
  providers: [...SERVICES, OtpAttempts, OtpSecrets, RecoveryCodes, TwoFactorNotices],
  exports: SERVICES,
})
export class SecurityModule {
  constructor(cleanUps: CleanUps, restoreEndings: RestoreEndings) {
    cleanUps.add(
      { table: 'password_resets', expired: 'expires_at < now()' },
      { table: 'otp_enrolments', expired: 'expires_at < now()' },
      { table: 'otp_recoveries', expired: 'expires_at < now()' },
    );
    // Links that may have been used since, and codes that are still shown to somebody.
    restoreEndings.add({ table: 'password_resets' }, { table: 'otp_recoveries' }, { table: 'otp_enrolments' });
  }
}

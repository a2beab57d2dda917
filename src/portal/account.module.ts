import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { OAuthModule } from '../oauth/oauth.module.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SecurityModule } from '../security/security.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ActivityController } from './account/activity.controller.js';
import { ActivityService } from './account/activity.service.js';
import { ApplicationsPageController } from './account/applications.controller.js';
import { DataExport } from './account/data-export.service.js';
import { AccountDeletionController } from './account/deletion.controller.js';
import { EmailLinksController } from './account/email-links.controller.js';
import { IdentityController } from './account/identity.controller.js';
import { IdentityPages } from './account/identity-pages.service.js';
import { IdentityStandings } from './account/identity-standing.service.js';
import { OverviewController } from './account/overview.controller.js';
import { OwnIdentity } from './account/own-identity.service.js';
import { OwnRecords } from './account/own-records.service.js';
import { PhoneController } from './account/phone.controller.js';
import { PhonePages } from './account/phone-pages.service.js';
import { Presences } from './account/presence.service.js';
import { AddPasskeyController } from './account/security/add-passkey.controller.js';
import { OwnPassword } from './account/security/own-password.service.js';
import { OwnSecondFactor } from './account/security/own-second-factor.service.js';
import { PasskeyController } from './account/security/passkeys.controller.js';
import { PasswordPageController } from './account/security/password.controller.js';
import { RenewedSessions } from './account/security/renewed-sessions.service.js';
import { SecondFactorChangesController } from './account/security/second-factor-changes.controller.js';
import { SecurityPageController } from './account/security/security.controller.js';
import { TwoFactorPageController } from './account/security/two-factor.controller.js';
import { SessionsPageController } from './account/sessions.controller.js';
import { SettingsController } from './account/settings.controller.js';
import { SignedInPlaces } from './account/signed-in.service.js';

/** The account owner's pages: `/account` and below. */
@Module({
  imports: [
    AccountsModule,
    AuditModule,
    AuthModule,
    DocumentsModule,
    LabelsModule,
    OAuthModule,
    PasskeysModule,
    PhonesModule,
    ProfilesModule,
    SecurityModule,
    SessionsModule,
  ],
  controllers: [
    OverviewController,
    PhoneController,
    IdentityController,
    SessionsPageController,
    ApplicationsPageController,
    ActivityController,
    SettingsController,
    AccountDeletionController,
    EmailLinksController,
    SecurityPageController,
    PasswordPageController,
    TwoFactorPageController,
    SecondFactorChangesController,
    AddPasskeyController,
    PasskeyController,
  ],
  providers: [
    OwnPassword,
    OwnSecondFactor,
    RenewedSessions,
    ActivityService,
    DataExport,
    IdentityPages,
    IdentityStandings,
    OwnIdentity,
    OwnRecords,
    PhonePages,
    Presences,
    SignedInPlaces,
  ],
})
export class AccountPagesModule {}

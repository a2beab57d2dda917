import { Module } from '@nestjs/common';
import { AdminModule } from './admin.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApplicationsModule } from '../applications/applications.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { WebhooksModule } from '../events/webhooks/webhooks.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { OAuthModule } from '../oauth/oauth.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SecurityModule } from '../security/security.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WebsitesModule } from '../websites/websites.module.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';
import { ConsoleAccountActionsController } from './console/account-actions.controller.js';
import { AccountFiles } from './console/account-file.service.js';
import { ConsoleAccountLabelsController } from './console/account-labels.controller.js';
import { ConsoleAccountRecoveryController } from './console/account-recovery.controller.js';
import { AccountSessions } from './console/account-sessions.service.js';
import { ConsoleAccountsController } from './console/accounts.controller.js';
import { ConsoleApplicationActionsController } from './console/application-actions.controller.js';
import { ConsoleApplicationsController } from './console/applications.controller.js';
import { AuditReportsService } from './console/audit-reports.service.js';
import { ConsoleAuditController } from './console/audit.controller.js';
import { DashboardFigures } from './console/dashboard-figures.service.js';
import { ConsoleDashboardController } from './console/dashboard.controller.js';
import { FreshSignIn } from './console/fresh-sign-in.service.js';
import { ConsoleKeysController } from './console/keys.controller.js';
import { ConsoleMessagesController } from './console/messages.controller.js';
import { RecoveryRequests } from './console/recovery-requests.service.js';
import { ReviewClaims } from './console/review-claims.service.js';
import { ReviewDecisions } from './console/review-decisions.service.js';
import { ConsoleReviewDocumentsController } from './console/review-documents.controller.js';
import { ReviewFiles } from './console/review-files.service.js';
import { ConsoleReviewsController } from './console/reviews.controller.js';
import { ConsoleWebhookActionsController } from './console/webhook-actions.controller.js';
import { ConsoleWebhooksController } from './console/webhooks.controller.js';
import { ConsoleWebsitesController } from './console/websites.controller.js';

/** What staff do, as pages: `/admin` and below. */
@Module({
  imports: [
    AdminModule,
    AccountsModule,
    ApplicationsModule,
    AuditModule,
    AuthModule,
    DocumentsModule,
    KeysModule,
    LabelsModule,
    OAuthModule,
    PhonesModule,
    ProfilesModule,
    SecurityModule,
    SessionsModule,
    WebhooksModule,
    WebsitesModule,
  ],
  controllers: [
    ConsoleAccountActionsController,
    ConsoleAccountLabelsController,
    ConsoleAccountRecoveryController,
    ConsoleAccountsController,
    ConsoleApplicationActionsController,
    ConsoleApplicationsController,
    ConsoleAuditController,
    ConsoleDashboardController,
    ConsoleKeysController,
    ConsoleMessagesController,
    ConsoleReviewDocumentsController,
    ConsoleReviewsController,
    ConsoleWebhooksController,
    ConsoleWebhookActionsController,
    ConsoleWebsitesController,
  ],
  providers: [
    AccountFiles,
    AccountSessions,
    AuditReportsService,
    DashboardFigures,
    FreshSignIn,
    RecoveryRequests,
    ReviewClaims,
    ReviewDecisions,
    ReviewFiles,
  ],
})
export class ConsoleModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'review_claims', expired: 'expires_at < now()' });
  }
}

import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApplicationsModule } from '../applications/applications.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { WebhooksModule } from '../events/webhooks/webhooks.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SecurityModule } from '../security/security.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WebsitesModule } from '../websites/websites.module.js';
import { AccountLabelsService } from './account-labels.service.js';
import { AccountOverviewService } from './account-overview.service.js';
import { AdminAccountsController } from './api/accounts.controller.js';
import { AdminApplicationsController } from './api/applications.controller.js';
import { AdminAuditController } from './api/audit.controller.js';
import { AdminDocumentsController } from './api/documents.controller.js';
import { AdminLabelsController } from './api/labels.controller.js';
import { AdminOtpRecoveryController } from './api/otp-recovery.controller.js';
import { AdminOutboxController } from './api/outbox.controller.js';
import { AdminProfilesController } from './api/profiles.controller.js';
import { AdminWebhookDeliveriesController } from './api/webhook-deliveries.controller.js';
import { AdminWebhooksController } from './api/webhooks.controller.js';
import { AdminWebsitesController } from './api/websites.controller.js';
import { IdentityRecordsService } from './identity-records.service.js';
import { OutboxService } from './outbox.service.js';

/** What staff do: the REST API under /api/v1/admin. */
@Module({
  imports: [
    AccountsModule,
    ApplicationsModule,
    AuditModule,
    DocumentsModule,
    LabelsModule,
    PhonesModule,
    ProfilesModule,
    SecurityModule,
    SessionsModule,
    WebhooksModule,
    WebsitesModule,
  ],
  controllers: [
    AdminAccountsController,
    AdminApplicationsController,
    AdminAuditController,
    AdminDocumentsController,
    AdminLabelsController,
    AdminOtpRecoveryController,
    AdminOutboxController,
    AdminProfilesController,
    AdminWebhookDeliveriesController,
    AdminWebhooksController,
    AdminWebsitesController,
  ],
  providers: [AccountLabelsService, AccountOverviewService, IdentityRecordsService, OutboxService],
  exports: [AccountLabelsService, AccountOverviewService, IdentityRecordsService, OutboxService],
})
export class AdminModule {}

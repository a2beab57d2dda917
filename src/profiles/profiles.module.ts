import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { ProfileImportService } from './profile-import.service.js';
import { ProfileReviewService } from './profile-review.service.js';
import { ProfilesController } from './profiles.controller.js';
import { ProfilesService } from './profiles.service.js';

/** Who people say they are, and the review of it. */
@Module({
  imports: [AccountsModule, AuditModule, EventsModule, NotificationsModule],
  controllers: [ProfilesController],
  providers: [ProfileImportService, ProfilesService, ProfileReviewService],
  exports: [ProfileImportService, ProfilesService, ProfileReviewService],
})
export class ProfilesModule {}

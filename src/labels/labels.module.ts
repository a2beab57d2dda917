import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { LabelImportService } from './label-import.service.js';
import { LabelsController } from './labels.controller.js';
import { LabelsService } from './labels.service.js';
import { OwnLabelsService } from './own-labels.service.js';

/** Facts about an account. */
@Module({
  imports: [AuditModule, EventsModule],
  controllers: [LabelsController],
  providers: [LabelImportService, LabelsService, OwnLabelsService],
  exports: [LabelImportService, LabelsService, OwnLabelsService],
})
export class LabelsModule {}

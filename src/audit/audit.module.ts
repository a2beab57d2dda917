import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditRetentionService } from './audit-retention.service.js';
import { AuditSealsService } from './audit-seals.service.js';
import { AuditVerificationService } from './audit-verification.service.js';
import { AuditService } from './audit.service.js';

/** The append-only record of what owners and staff did. */
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry])],
  providers: [AuditService, AuditLogService, AuditRetentionService, AuditSealsService, AuditVerificationService],
  exports: [AuditService, AuditLogService, AuditSealsService, AuditVerificationService],
})
export class AuditModule {}

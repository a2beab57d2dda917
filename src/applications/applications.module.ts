import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AllowedOrigins } from './allowed-origins.service.js';
import { Application } from './application.entity.js';
import { ApplicationsService } from './applications.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Application]), AuditModule],
  providers: [ApplicationsService, AllowedOrigins],
  exports: [ApplicationsService, AllowedOrigins],
})
export class ApplicationsModule {}

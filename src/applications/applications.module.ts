import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { ApplicationImportService } from './application-import.service.js';
import { ApplicationSweeps } from './application-sweeps.service.js';
import { AllowedOrigins } from './allowed-origins.service.js';
import { Application } from './application.entity.js';
import { OAuthClientService } from './oauth-client.service.js';
import { ApplicationSecretsService } from './application-secrets.service.js';
import { ApplicationsService } from './applications.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Application]), AuditModule],
  providers: [
    ApplicationSweeps,
    ApplicationImportService,
    OAuthClientService,
    ApplicationsService,
    ApplicationSecretsService,
    AllowedOrigins,
  ],
  exports: [
    ApplicationImportService,
    OAuthClientService,
    ApplicationsService,
    ApplicationSecretsService,
    AllowedOrigins,
  ],
})
export class ApplicationsModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AllowedOrigins } from './allowed-origins.service.js';
import { Application } from './application.entity.js';
import { OAuthClientService } from './oauth-client.service.js';
import { ApplicationSecretsService } from './application-secrets.service.js';
import { ApplicationsService } from './applications.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Application]), AuditModule],
  providers: [OAuthClientService, ApplicationsService, ApplicationSecretsService, AllowedOrigins],
  exports: [OAuthClientService, ApplicationsService, ApplicationSecretsService, AllowedOrigins],
})
export class ApplicationsModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { WebsiteImportService } from './website-import.service.js';
import { Brands } from './brands.service.js';
import { Website } from './website.entity.js';
import { WebsitesService } from './websites.service.js';

/** Branding: name, logo, colours by host. */
@Module({
  imports: [TypeOrmModule.forFeature([Website]), AuditModule],
  providers: [Brands, WebsiteImportService, WebsitesService],
  exports: [Brands, WebsiteImportService, WebsitesService],
})
export class WebsitesModule {}

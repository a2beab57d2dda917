import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { Brands } from './brands.service.js';
import { Website } from './website.entity.js';
import { WebsitesService } from './websites.service.js';

/** Branding: name, logo, colours by host. */
@Module({
  imports: [TypeOrmModule.forFeature([Website]), AuditModule],
  providers: [Brands, WebsitesService],
  exports: [Brands, WebsitesService],
})
export class WebsitesModule {}

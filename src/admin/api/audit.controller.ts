import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { AuditLogService } from '../../audit/audit-log.service.js';
import { setPageHeaders } from '../../common/pagination.js';
import { AdminAuditEntryResponse, AdminAuditQuery } from './audit.dto.js';
import { AdminOnly, ApiList } from './staff.js';

@ApiTags('Admin: audit')
@Controller('api/v1/admin/audit')
export class AdminAuditController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({ summary: 'What owners and staff did; everything that is given must hold' })
  @ApiList('Newest first', AdminAuditEntryResponse)
  async list(
    @Query() query: AdminAuditQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminAuditEntryResponse[]> {
    const { actor, target, action, from, to } = query;
    const page = await this.log.find({ actor, target, action, from, to }, query);
    setPageHeaders(response, page);
    return page.rows.map((entry) => AdminAuditEntryResponse.from(entry));
  }
}

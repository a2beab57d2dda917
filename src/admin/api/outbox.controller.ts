import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { PageQuery, setPageHeaders } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OutboxService } from '../outbox.service.js';
import { AdminDeadLetterResponse } from './outbox.dto.js';
import { AdminOnly, ApiList } from './staff.js';

@ApiTags('Admin: outbox')
@Controller('api/v1/admin/outbox')
export class AdminOutboxController {
  constructor(private readonly outbox: OutboxService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({ summary: 'What was tried as often as it may be and did not get out' })
  @ApiList('Newest first; never what was in it', AdminDeadLetterResponse)
  async list(
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminDeadLetterResponse[]> {
    const page = await this.outbox.listDead(query);
    setPageHeaders(response, page);
    return page.rows.map((letter) => AdminDeadLetterResponse.from(letter));
  }

  @Post(':id/retry')
  @AdminOnly()
  @ApiOperation({ summary: 'Try it anew, as often as at first' })
  @ApiSuccess(201, 'It is on its way again')
  @ApiRefusal(404, 'There is none such', 'Dead letter not found')
  async retry(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.outbox.retry(principal, id, origin);
    return null;
  }
}

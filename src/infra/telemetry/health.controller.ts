import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { RequestErrors } from '../../common/request-errors.js';
import { Public } from '../../common/principal.js';
import { SchemaService } from '../database/schema.service.js';
import { Lifecycle } from './lifecycle.service.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly schema: SchemaService,
    private readonly lifecycle: Lifecycle,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Whether the process runs; says nothing about the database' })
  @ApiSuccess(200, 'It does')
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'Whether requests should be sent here' })
  @ApiSuccess(200, 'The database is there and its schema is current')
  @ApiRefusal(503, 'The database is away or read-only, the schema is old, or the process is about to end')
  async ready(@Res({ passthrough: true }) response: Response): Promise<{ status: string; away?: string[] }> {
    if (this.lifecycle.isDraining) {
      response.set('Connection', 'close');
      throw RequestErrors.unavailable();
    }
    if (!(await this.schema.isUsable())) throw RequestErrors.unavailable();
    const away = this.lifecycle.awayParts;
    return { status: 'ready', ...(away.length > 0 && { away }) };
  }
}

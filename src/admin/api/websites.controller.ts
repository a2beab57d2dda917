import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { PageQuery, setPageHeaders } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { WebsitesService } from '../../websites/websites.service.js';
import { AdminOnly, FreshAdminOnly, ApiList } from './staff.js';
import {
  AdminChangeWebsiteRequest,
  AdminCreateWebsiteRequest,
  AdminWebsiteResponse,
  toBranding,
} from './websites.dto.js';

const unknown = () => ApiRefusal(404, 'There is no such website', 'Website not found');
const notAllowed = () =>
  ApiRefusal(422, 'What is not allowed, by field', { primary_color: ['Primary color must read #rrggbb'] });

/** Branding by host. */
@ApiTags('Admin: websites')
@Controller('api/v1/admin/websites')
export class AdminWebsitesController {
  constructor(private readonly websites: WebsitesService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({ summary: 'Websites and how they look' })
  @ApiList('By host', AdminWebsiteResponse)
  async list(
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminWebsiteResponse[]> {
    const page = await this.websites.listPage(query);
    setPageHeaders(response, page);
    return page.rows.map((website) => AdminWebsiteResponse.from(website));
  }

  @Post()
  @AdminOnly()
  @ApiOperation({ summary: 'Give a host a look of its own' })
  @ApiSuccess(201, 'The website', AdminWebsiteResponse)
  @ApiRefusal(400, 'A parameter is missing or can not be read', 'host is missing, name is missing')
  @notAllowed()
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: AdminCreateWebsiteRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminWebsiteResponse> {
    const input = { ...toBranding(body), host: body.host, name: body.name };
    return AdminWebsiteResponse.from(await this.websites.create(input, principal.account.uid, origin));
  }

  @Get(':id')
  @AdminOnly()
  @ApiOperation({ summary: 'One website' })
  @ApiSuccess(200, 'The website', AdminWebsiteResponse)
  @unknown()
  async show(@Param('id') id: string): Promise<AdminWebsiteResponse> {
    return AdminWebsiteResponse.from(await this.websites.get(id));
  }

  @Patch(':id')
  @AdminOnly()
  @ApiOperation({ summary: 'Change what is given; null takes away what is there' })
  @ApiSuccess(200, 'The website as it is now', AdminWebsiteResponse)
  @ApiRefusal(400, 'A parameter can not be read', 'primary_color is invalid')
  @unknown()
  @notAllowed()
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: AdminChangeWebsiteRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminWebsiteResponse> {
    return AdminWebsiteResponse.from(await this.websites.change(id, toBranding(body), principal.account.uid, origin));
  }

  @Delete(':id')
  @HttpCode(204)
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Let a host look like every other again' })
  @ApiSuccess(204, 'It is gone')
  @unknown()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.websites.remove(id, principal.account.uid, origin);
  }
}

import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { PageQuery, setPageHeaders } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { WebhooksService } from '../../events/webhooks/webhooks.service.js';
import { AdminOnly, FreshAdminOnly, ApiList } from './staff.js';
import {
  AdminChangeWebhookRequest,
  AdminCreatedWebhookResponse,
  AdminCreateWebhookRequest,
  AdminRotatedWebhookSecretResponse,
  AdminWebhookResponse,
  toWebhookSettings,
} from './webhooks.dto.js';

const unknown = () => ApiRefusal(404, 'There is no such webhook', 'Webhook not found');
const notAllowed = () => ApiRefusal(422, 'What is not allowed, by field', { url: ['Url must be https'] });

/** Who is told of events; what was sent to them is in webhook-deliveries.controller.ts. */
@ApiTags('Admin: webhooks')
@Controller('api/v1/admin/webhooks')
export class AdminWebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({ summary: 'Webhooks' })
  @ApiList('By name', AdminWebhookResponse)
  async list(
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminWebhookResponse[]> {
    const page = await this.webhooks.listPage(query);
    setPageHeaders(response, page);
    return page.rows.map((webhook) => AdminWebhookResponse.from(webhook));
  }

  @Post()
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Have an address told of events' })
  @ApiSuccess(201, 'The webhook, with its secret this once', AdminCreatedWebhookResponse)
  @ApiRefusal(400, 'A parameter is missing or can not be read', 'name is missing, url is missing')
  @notAllowed()
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: AdminCreateWebhookRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminCreatedWebhookResponse> {
    const input = { name: body.name, url: body.url, eventNames: body.events ?? [] };
    const { webhook, secret } = await this.webhooks.create(input, principal.account.uid, origin);
    return { ...AdminWebhookResponse.from(webhook), secret };
  }

  @Get(':uid')
  @AdminOnly()
  @ApiOperation({ summary: 'One webhook' })
  @ApiSuccess(200, 'The webhook', AdminWebhookResponse)
  @unknown()
  async show(@Param('uid') uid: string): Promise<AdminWebhookResponse> {
    return AdminWebhookResponse.from(await this.webhooks.getByUid(uid));
  }

  @Patch(':uid')
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Change what is given; what is enabled again begins with a clean slate' })
  @ApiSuccess(200, 'The webhook as it is now', AdminWebhookResponse)
  @ApiRefusal(400, 'A parameter can not be read', 'enabled is invalid')
  @unknown()
  @notAllowed()
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() body: AdminChangeWebhookRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminWebhookResponse> {
    const settings = toWebhookSettings(body);
    return AdminWebhookResponse.from(await this.webhooks.change(uid, settings, principal.account.uid, origin));
  }

  @Delete(':uid')
  @HttpCode(204)
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Delete a webhook and its deliveries; what waits is not sent' })
  @ApiSuccess(204, 'It is gone')
  @unknown()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.webhooks.remove(uid, principal.account.uid, origin);
  }

  @Post(':uid/rotate_secret')
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Make a new secret; the present one signs too for 24 hours' })
  @ApiSuccess(201, 'The new secret, this once', AdminRotatedWebhookSecretResponse)
  @unknown()
  async rotateSecret(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminRotatedWebhookSecretResponse> {
    const rotated = await this.webhooks.rotateSecret(uid, principal.account.uid, origin);
    return AdminRotatedWebhookSecretResponse.from(uid, rotated);
  }
}

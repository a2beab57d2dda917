import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { setPageHeaders } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { DeliveryLog } from '../../events/webhooks/delivery-log.service.js';
import { AdminOnly, ApiList } from './staff.js';
import { AdminDeliveriesQuery, AdminWebhookDeliveryResponse } from './webhooks.dto.js';

const disabled = () => ApiRefusal(422, 'Nothing is sent to it', 'The webhook is disabled');

/** What was sent to a webhook, for 30 days. */
@ApiTags('Admin: webhooks')
@Controller('api/v1/admin/webhooks/:uid')
export class AdminWebhookDeliveriesController {
  constructor(private readonly log: DeliveryLog) {}

  @Get('deliveries')
  @AdminOnly()
  @ApiOperation({ summary: 'What was sent or is to be sent; never what is in it' })
  @ApiList('Newest first', AdminWebhookDeliveryResponse)
  @ApiRefusal(404, 'There is no such webhook', 'Webhook not found')
  async list(
    @Param('uid') uid: string,
    @Query() query: AdminDeliveriesQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminWebhookDeliveryResponse[]> {
    const page = await this.log.listPage(uid, query.state, query);
    setPageHeaders(response, page);
    return page.rows.map((delivery) => AdminWebhookDeliveryResponse.from(delivery));
  }

  @Post('deliveries/:id/retry')
  @AdminOnly()
  @ApiOperation({ summary: 'Send it again, whatever became of it, under the same webhook-id' })
  @ApiSuccess(201, 'It is on its way again')
  @ApiRefusal(404, 'There is none such', 'Webhook not found', 'Delivery not found')
  @disabled()
  async retry(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Param('id') id: string,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.log.retry(uid, id, principal.account.uid, origin);
    return null;
  }

  @Post('test')
  @AdminOnly()
  @ApiOperation({ summary: 'Send an event `webhook.test`, whatever it subscribed to' })
  @ApiSuccess(201, 'The delivery, which is on its way', AdminWebhookDeliveryResponse)
  @ApiRefusal(404, 'There is no such webhook', 'Webhook not found')
  @disabled()
  async test(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminWebhookDeliveryResponse> {
    return AdminWebhookDeliveryResponse.from(await this.log.test(uid, principal.account.uid, origin));
  }
}

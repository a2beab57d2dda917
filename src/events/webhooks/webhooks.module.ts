import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../audit/audit.module.js';
import { OutgoingRequests } from '../../infra/http/outgoing-requests.js';
import { CleanUps } from '../../infra/queue/clean-ups.service.js';
import { DeliveryLog } from './delivery-log.service.js';
import { OpenDeliveries } from './open-deliveries.service.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookSender } from './webhook-sender.service.js';
import { Webhook } from './webhook.entity.js';
import { WebhooksService } from './webhooks.service.js';

/** Events for other systems, as signed requests (Standard Webhooks). */
@Module({
  imports: [TypeOrmModule.forFeature([Webhook, WebhookDelivery]), AuditModule],
  providers: [DeliveryLog, OpenDeliveries, OutgoingRequests, WebhookDeliveries, WebhookSender, WebhooksService],
  exports: [DeliveryLog, WebhookDeliveries, WebhooksService],
})
export class WebhooksModule {
  constructor(cleanUps: CleanUps) {
    cleanUps.add({ table: 'webhook_deliveries', expired: 'expires_at < now()' });
  }
}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../audit/audit.module.js';
import { OutgoingRequests } from '../../infra/http/outgoing-requests.js';
import { RestoreEndings } from '../../infra/database/restore-endings.service.js';
import { CleanUps } from '../../infra/queue/clean-ups.service.js';
import { MAY_BE_DONE } from '../../infra/queue/undone-jobs.service.js';
import { BacklogLimit } from './backlog-limit.service.js';
import { DeliveryLog } from './delivery-log.service.js';
import { ForgottenAccounts } from './forgotten-accounts.service.js';
import { OpenDeliveries } from './open-deliveries.service.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookSender } from './webhook-sender.service.js';
import { WebhookSweeps } from './webhook-sweeps.service.js';
import { Webhook } from './webhook.entity.js';
import { WebhooksService } from './webhooks.service.js';

/** Events for other systems, as signed requests (Standard Webhooks). */
@Module({
  imports: [TypeOrmModule.forFeature([Webhook, WebhookDelivery]), AuditModule],
  providers: [
    BacklogLimit,
    DeliveryLog,
    ForgottenAccounts,
    OpenDeliveries,
    OutgoingRequests,
    WebhookDeliveries,
    WebhookSender,
    WebhookSweeps,
    WebhooksService,
  ],
  exports: [DeliveryLog, ForgottenAccounts, WebhookDeliveries, WebhooksService],
})
export class WebhooksModule {
  constructor(cleanUps: CleanUps, restoreEndings: RestoreEndings) {
    cleanUps.add({ table: 'webhook_deliveries', expired: 'expires_at < now()' });
    const set = `state = 'failed', last_status = NULL, last_error = '${MAY_BE_DONE}'`;
    restoreEndings.add({ table: 'webhook_deliveries', where: `state = 'pending'`, set });
  }
}

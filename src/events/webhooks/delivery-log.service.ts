import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, type Repository } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { type Page, type PageQuery, pageBounds } from '../../common/pagination.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import { PagedLists } from '../../infra/database/paged-lists.service.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { type DeliveryState, WebhookDelivery } from './webhook-delivery.entity.js';
import type { Webhook } from './webhook.entity.js';
import { WebhookErrors } from './webhooks.errors.js';
import { WebhooksService } from './webhooks.service.js';

/** Largest id that the database has. */
const ID = /^[1-9]\d{0,17}$/;

const BEGIN_ANEW = `
  UPDATE webhook_deliveries SET state = 'pending', delivered_at = NULL WHERE id = $1 AND webhook_id = $2
  RETURNING octet_length(payload_sealed) > 0 AS has_body`;

/** What was sent to a webhook in the last 30 days, for staff, who may have it sent again. */
@Injectable()
export class DeliveryLog {
  constructor(
    @InjectRepository(WebhookDelivery) private readonly deliveries: Repository<WebhookDelivery>,
    private readonly webhooks: WebhooksService,
    private readonly queue: WebhookDeliveries,
    private readonly lists: PagedLists,
    private readonly audit: AuditService,
  ) {}

  /** Newest first. @throws AppError 404 */
  async listPage(uid: string, state: DeliveryState | undefined, query: PageQuery): Promise<Page<WebhookDelivery>> {
    const { id } = await this.webhooks.getByUid(uid);
    const { page, perPage, offset } = pageBounds(query);
    const walk = {
      from: `webhook_deliveries WHERE webhook_id = $1${state === undefined ? '' : ' AND state = $2'}`,
      values: [id, ...(state === undefined ? [] : [state])],
    };
    const { ids, total, isExact } = await this.lists.page({ walk }, offset, perPage);
    const rows = await this.deliveries.find({ where: { id: In(ids) }, order: { id: 'DESC' } });
    return { rows, total, isExact, page, perPage };
  }

  /**
   * Sends a delivery again, whatever became of it, with all its tries.
   * @throws AppError 404, 422 while disabled, or when the account that it tells of was deleted
   */
  async retry(uid: string, deliveryId: string, actor: string, origin: RequestOrigin): Promise<void> {
    const webhook = await this.getEnabled(uid);
    if (!ID.test(deliveryId)) throw WebhookErrors.unknownDelivery();
    await this.deliveries.manager.transaction(async (tx) => {
      const [rows] = await tx.query<[{ has_body: boolean }[], number]>(BEGIN_ANEW, [deliveryId, webhook.id]);
      if (!rows[0]) throw WebhookErrors.unknownDelivery();
      if (!rows[0].has_body) throw WebhookErrors.erasedDelivery();
      await this.queue.addJob(tx, { id: deliveryId, webhook_id: webhook.id });
      await endPause(tx, webhook);
      const details = { delivery: deliveryId };
      await this.audit.record(tx, { action: 'webhook.delivery_repeated', actor, target: uid, origin, details });
    });
  }

  /** Sends an event about nobody. @throws AppError 404, 422 while disabled */
  async test(uid: string, actor: string, origin: RequestOrigin): Promise<WebhookDelivery> {
    const webhook = await this.getEnabled(uid);
    return this.deliveries.manager.transaction(async (tx) => {
      const id = await this.queue.enqueueTest(tx, webhook);
      await endPause(tx, webhook);
      await this.audit.record(tx, { action: 'webhook.tested', actor, target: uid, origin });
      return tx.findOneByOrFail(WebhookDelivery, { id });
    });
  }

  private async getEnabled(uid: string): Promise<Webhook> {
    const webhook = await this.webhooks.getByUid(uid);
    if (!webhook.enabled) throw WebhookErrors.disabled();
    return webhook;
  }
}

/** Somebody wants to see what happens now. */
async function endPause(tx: EntityManager, { id }: Webhook): Promise<void> {
  await tx.query('UPDATE webhooks SET paused_until = NULL WHERE id = $1 AND paused_until IS NOT NULL', [id]);
}

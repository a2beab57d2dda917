import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Config } from '../config/config.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { type AccountEvent, priorityOf } from './account-event.js';
import { PUBLISH_EVENT } from './broker/event-publisher.service.js';
import { type EventRecord, oldValues, withoutNulls } from './event-record.js';
import { ForgottenAccounts } from './webhooks/forgotten-accounts.service.js';
import { WebhookDeliveries } from './webhooks/webhook-deliveries.service.js';

/** What the caller knows of an event. */
export type Happening = Pick<AccountEvent, 'name' | 'record' | 'changes'>;

/** Records that have an event when they change. */
type Model = 'account' | 'profile' | 'phone' | 'document' | 'label';

/** Tells the broker and the webhooks what happened, if it happened: everything joins the caller's transaction. */
@Injectable()
export class EventsService {
  constructor(
    private readonly config: Config,
    private readonly queue: JobQueue,
    private readonly webhooks: WebhookDeliveries,
    private readonly forgotten: ForgottenAccounts,
  ) {}

  /** Costs nothing worth speaking of while nobody listens. What a model does not have is left out, as Barong does. */
  async record(tx: EntityManager, { name, record, changes }: Happening): Promise<void> {
    const event: AccountEvent = {
      id: randomUUID(),
      name,
      at: new Date().toISOString(),
      record: name.startsWith('model.') ? withoutNulls(record) : record,
      ...(changes && { changes }),
    };
    // In a lane: a broker that is slow takes one worker, not all.
    const options = { lane: PUBLISH_EVENT, priority: priorityOf(name) };
    if (this.config.eventsUrl !== undefined) await this.queue.add(tx, PUBLISH_EVENT, event, options);
    await this.webhooks.enqueue(tx, event);
  }

  /** What was told of an account that is being deleted is kept no longer; what still waits goes out before. */
  async forget(tx: EntityManager, accountUid: string): Promise<void> {
    await this.forgotten.forget(tx, accountUid);
  }

  /** Records `model.….updated`, unless nothing in the record but its `updated_at` is another. */
  async recordUpdate(tx: EntityManager, model: Model, before: EventRecord, after: EventRecord): Promise<void> {
    const changes = oldValues(before, after);
    if (Object.keys(changes).every((name) => name === 'updated_at')) return;
    await this.record(tx, { name: `model.${model}.updated`, record: after, changes });
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Cipher } from '../../infra/crypto/cipher.service.js';
import { JobQueue } from '../../infra/queue/job-queue.service.js';
import { type AccountEvent, priorityOf } from '../account-event.js';

export const DELIVER = 'webhooks.deliver';
/** A name that nobody subscribes to: it is sent when somebody wants to see whether a receiver works. */
export const TEST_EVENT = 'webhook.test';
/** How long a delivery can be looked at and sent again. */
export const KEPT_DAYS = 30;

/** What a body was sealed for; it opens for no other event. */
export const bodyContext = (eventId: string): string => `webhook-event:${eventId}`;

/** What a webhook's jobs wait in, one behind the other: whoever is slow takes one worker, not all. */
export const laneOf = (webhookId: string): string => `webhook:${webhookId}`;

/** By which the job of a delivery is found again. */
export const jobKeyOf = (deliveryId: string): string => `${DELIVER}:${deliveryId}`;

/** Holds them until the caller's transaction ends; changes of webhooks and deliveries do not wait for that. */
const FIND_SUBSCRIBED = `
  SELECT id FROM webhooks WHERE enabled AND deleted_at IS NULL AND event_names && ARRAY[$1::text, '*']
  ORDER BY id FOR KEY SHARE SKIP LOCKED`;

interface NewDelivery {
  id: string;
  webhook_id: string;
  /** Absent where somebody looks on: it goes ahead. */
  event_name?: string;
}

/** Puts events down for those who want them. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly cipher: Cipher,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * In the caller's transaction: one small statement when nobody subscribed. It is asked each time, not remembered:
   * whoever was told that a webhook is there misses nothing that happens from then on. The same event again changes
   * nothing. A webhook whose row is just going is passed by: waiting for that would end in a foreign key that leads nowhere.
   */
  async enqueue(tx: EntityManager, event: AccountEvent): Promise<void> {
    const { id, name, at, record, changes } = event;
    const webhooks = await tx.query<{ id: string }[]>(FIND_SUBSCRIBED, [name]);
    if (webhooks.length === 0) return;
    const body = JSON.stringify({ type: name, timestamp: at, data: { record, ...(changes && { changes }) } });
    const added = await tx.query<NewDelivery[]>(
      `INSERT INTO webhook_deliveries (webhook_id, event_id, event_name, account_uid, payload_sealed, expires_at)
       SELECT unnest($1::bigint[]), $2::uuid, $3::text, $4::text, $5::bytea, now() + make_interval(days => $6)
       ON CONFLICT DO NOTHING RETURNING id, webhook_id, event_name`,
      [webhooks.map((each) => each.id), id, name, accountOf(event), this.cipher.seal(body, bodyContext(id)), KEPT_DAYS],
    );
    for (const delivery of added) await this.addJob(tx, delivery);
  }

  /** An event about nobody, for one webhook, whatever it subscribed to. @returns id of the delivery */
  async enqueueTest(tx: EntityManager, webhook: { id: string; uid: string }): Promise<string> {
    const eventId = randomUUID();
    const data = { record: { webhook: webhook.uid } };
    const body = JSON.stringify({ type: TEST_EVENT, timestamp: new Date().toISOString(), data });
    const [added] = await tx.query<NewDelivery[]>(
      `INSERT INTO webhook_deliveries (webhook_id, event_id, event_name, payload_sealed, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(days => $5)) RETURNING id, webhook_id, event_name`,
      [webhook.id, eventId, TEST_EVENT, this.cipher.seal(body, bodyContext(eventId)), KEPT_DAYS],
    );
    if (!added) throw new Error('a delivery was not put down');
    await this.addJob(tx, added);
    return added.id;
  }

  async addJob(tx: EntityManager, { id, webhook_id: webhookId, event_name: name = '' }: NewDelivery): Promise<void> {
    const options = { key: jobKeyOf(id), lane: laneOf(webhookId), priority: priorityOf(name) };
    await this.jobs.add(tx, DELIVER, { delivery: id }, options);
  }
}

/** Whose record it is; a failed sign-in may be nobody's. */
function accountOf({ record }: AccountEvent): string | null {
  const uid = record.account_uid ?? record.uid;
  return typeof uid === 'string' ? uid : null;
}

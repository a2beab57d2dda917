import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Database } from '../../infra/database/database.service.js';
import type { DeliveryState } from './webhook-delivery.entity.js';
import type { DisabledBecause } from './webhook.entity.js';

/** From so many failures in a row on a receiver is left alone for a while: first 30 s, twice as long each time. */
const PAUSED_FROM = 5;
const PAUSE_SECONDS = 30;
const MOST_DOUBLINGS = 4;
/** A receiver that did nothing but fail for so long is not tried any more. */
const GIVEN_UP_DAYS = 5;

/** What is to be sent, and where. */
export interface OpenDelivery {
  id: string;
  event_id: string;
  payload_sealed: Buffer;
  webhook_id: string;
  webhook_uid: string;
  url: string;
  enabled: boolean;
  is_paused: boolean;
  secret_sealed: Buffer;
  /** Null when it signs no more. */
  previous_secret_sealed: Buffer | null;
}

export interface Failure {
  /** Of the answer; null when there was none. */
  status: number | null;
  /** Class, code and status. */
  error: string;
  /** What the delivery is now. */
  state: DeliveryState;
}

/** What the sender reads and writes: one statement before a request and one after it. */
@Injectable()
export class OpenDeliveries {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** Undefined when it got there, or is no more, or has no body any more. */
  async find(id: string): Promise<OpenDelivery | undefined> {
    const [row] = await this.database.query<OpenDelivery>(
      'webhook-delivery',
      `SELECT deliveries.id, event_id, payload_sealed, webhooks.id AS webhook_id, uid AS webhook_uid, url, enabled,
         coalesce(paused_until > now(), false) AS is_paused, secret_sealed,
         CASE WHEN previous_secret_expires_at > now() THEN previous_secret_sealed END AS previous_secret_sealed
       FROM webhook_deliveries AS deliveries JOIN webhooks ON webhooks.id = webhook_id
       WHERE deliveries.id = $1 AND state <> 'delivered' AND deleted_at IS NULL AND octet_length(payload_sealed) > 0`,
      [id],
    );
    return row;
  }

  /** It got there: what its receiver failed at before is forgotten. */
  async succeeded(id: string, status: number): Promise<void> {
    await this.database.query(
      'webhook-delivered',
      `WITH delivered AS (
         UPDATE webhook_deliveries SET state = 'delivered', delivered_at = now(), attempts = attempts + 1,
           last_status = $2, last_error = NULL
         WHERE id = $1 RETURNING webhook_id)
       UPDATE webhooks SET failures = 0, failing_since = NULL, paused_until = NULL
       FROM delivered WHERE webhooks.id = webhook_id AND failures > 0`,
      [id, status],
    );
  }

  /** A request was made and went wrong. @returns whether its receiver has to be given up */
  async failed(id: string, { status, error, state }: Failure): Promise<boolean> {
    const [row] = await this.database.query<{ is_hopeless: boolean }>(
      'webhook-failed',
      `WITH failed AS (
         UPDATE webhook_deliveries SET state = $2, attempts = attempts + 1, last_status = $3, last_error = $4
         WHERE id = $1 AND state <> 'delivered' RETURNING webhook_id)
       UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, now()),
         paused_until = CASE WHEN failures + 1 >= ${PAUSED_FROM} THEN
           now() + make_interval(secs => ${PAUSE_SECONDS} * 2 ^ least(failures + 1 - ${PAUSED_FROM}, ${MOST_DOUBLINGS})) END
       FROM failed WHERE webhooks.id = webhook_id
       RETURNING failures >= ${PAUSED_FROM} AND failing_since < now() - interval '${GIVEN_UP_DAYS} days' AS is_hopeless`,
      [id, state, status, error],
    );
    return row?.is_hopeless ?? false;
  }

  /** No request was made and none will be. */
  async drop(id: string, error: string): Promise<void> {
    await this.database.query(
      'webhook-dropped',
      `UPDATE webhook_deliveries SET state = 'failed', last_status = NULL, last_error = $2
       WHERE id = $1 AND state <> 'delivered'`,
      [id, error],
    );
  }

  /** Nothing is sent there any more until staff enable it. @returns false when that was so already */
  disable(webhookUid: string, because: DisabledBecause): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const [, changed] = await tx.query<[unknown[], number]>(
        `UPDATE webhooks SET enabled = false, disabled_because = $2, updated_at = now() WHERE uid = $1 AND enabled`,
        [webhookUid, because],
      );
      if (changed === 0) return false;
      const details = { because };
      await this.audit.record(tx, { action: 'webhook.disabled', actor: null, target: webhookUid, details });
      return true;
    });
  }
}

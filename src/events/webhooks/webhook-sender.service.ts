import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Cipher } from '../../infra/crypto/cipher.service.js';
import { OutgoingRequests } from '../../infra/http/outgoing-requests.js';
import { JobFailure } from '../../infra/queue/job-failure.js';
import { MAX_ATTEMPTS } from '../../infra/queue/job-queue.service.js';
import { JobWorker } from '../../infra/queue/job-worker.service.js';
import { OpenDeliveries, type OpenDelivery } from './open-deliveries.service.js';
import { bodyContext, DELIVER } from './webhook-deliveries.service.js';
import { secretContext, signatureHeaders } from './webhook-secrets.js';
import type { DisabledBecause } from './webhook.entity.js';

const GONE = 410;

/** An answer that is no success. */
class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';

  constructor(readonly status: number) {
    super(`the receiver answered ${status}`);
  }
}

/** Nothing was sent: the receiver failed so often that it is left alone for a while. */
class WebhookPaused extends Error {
  override readonly name = 'WebhookPaused';
}

/** Sends what was put down, one try a job; what throws here is tried again by the queue. */
@Injectable()
export class WebhookSender implements OnModuleInit {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly deliveries: OpenDeliveries,
    private readonly requests: OutgoingRequests,
    private readonly cipher: Cipher,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(DELIVER, (payload, { attempt }) =>
      this.deliver((payload as { delivery: string }).delivery, attempt >= MAX_ATTEMPTS),
    );
  }

  /** What got there already, or was deleted with its webhook, is done. */
  private async deliver(id: string, isLastTry: boolean): Promise<void> {
    const delivery = await this.deliveries.find(id);
    if (!delivery) return;
    if (!delivery.enabled) return this.deliveries.drop(id, 'WebhookDisabled');
    if (delivery.is_paused) {
      if (isLastTry) await this.deliveries.drop(id, WebhookPaused.name);
      throw new WebhookPaused();
    }
    let status: number;
    try {
      status = await this.send(delivery);
    } catch (error) {
      return this.settleFailure(delivery, error, isLastTry);
    }
    await this.deliveries.succeeded(id, status);
  }

  /** @returns status of an answer that says yes @throws DeliveryRefused, or whatever came instead of an answer */
  private async send(delivery: OpenDelivery): Promise<number> {
    const { event_id: id, webhook_uid: uid, url, secret_sealed: sealed, previous_secret_sealed: previous } = delivery;
    const body = this.cipher.open(delivery.payload_sealed, bodyContext(id)).toString();
    const secrets = [sealed, ...(previous ? [previous] : [])].map((secret) =>
      this.cipher.open(secret, secretContext(uid)).toString(),
    );
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Barong-Webhooks',
      ...signatureHeaders({ id, at: new Date(), body }, secrets),
    };
    const { status } = await this.requests.send({ method: 'POST', url, headers, body });
    if (status < 200 || status > 299) throw new DeliveryRefused(status);
    return status;
  }

  private async settleFailure(delivery: OpenDelivery, error: unknown, isLastTry: boolean): Promise<void> {
    const status = error instanceof DeliveryRefused ? error.status : null;
    const isGone = status === GONE;
    const isHopeless = await this.deliveries.failed(delivery.id, {
      status,
      error: new JobFailure(error).message,
      state: isGone || isLastTry ? 'failed' : 'pending',
    });
    if (isGone) return this.disable(delivery, 'gone');
    if (isHopeless) await this.disable(delivery, 'failing');
    throw error;
  }

  private async disable({ webhook_uid: webhook }: OpenDelivery, because: DisabledBecause): Promise<void> {
    const isNew = await this.deliveries.disable(webhook, because);
    if (isNew) this.logger.warn({ msg: 'webhook disabled', webhook, because });
  }
}

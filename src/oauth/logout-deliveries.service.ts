import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../infra/database/database.service.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';

const TASK = 'oauth.backchannel_logout';

/** Tells one application that one session has ended (OpenID Connect Back-Channel Logout). */
export interface LogoutDelivery {
  clientId: string;
  sub: string;
  sid: string;
}

/** Back-channel logouts as jobs: an application that is away now hears of it later. */
@Injectable()
export class LogoutDeliveries implements OnModuleInit {
  private deliver: ((delivery: LogoutDelivery) => Promise<void>) | undefined;

  constructor(
    private readonly database: Database,
    private readonly jobs: JobQueue,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(TASK, async (payload) => {
      if (!this.deliver) throw new Error('the OAuth provider is not built yet');
      await this.deliver(payload as LogoutDelivery);
    });
  }

  /** The present provider signs and sends; it is another one after keys have changed. */
  deliverWith(deliver: (delivery: LogoutDelivery) => Promise<void>): void {
    this.deliver = deliver;
  }

  async queue(delivery: LogoutDelivery): Promise<void> {
    await this.database.transaction((tx) => this.queueIn(tx, delivery));
  }

  async queueIn(tx: EntityManager, delivery: LogoutDelivery): Promise<void> {
    await this.jobs.add(tx, TASK, delivery);
  }
}

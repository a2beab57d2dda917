import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../infra/database/database.service.js';
import { JobQueue } from '../../infra/queue/job-queue.service.js';
import { JobWorker } from '../../infra/queue/job-worker.service.js';

const TASK = 'webhooks.forget_account';
const BATCH = 1000;

/** Bodies that were sent, or given up, are erased; those that wait are marked, and erased by the clean-up after it. */
const FORGET = `
  UPDATE webhook_deliveries SET account_uid = NULL, is_forgotten = state = 'pending',
    payload_sealed = CASE WHEN state = 'pending' THEN payload_sealed ELSE '' END
  WHERE id = ANY (ARRAY(SELECT id FROM webhook_deliveries WHERE account_uid = $1 ORDER BY id LIMIT ${BATCH} FOR UPDATE))
  RETURNING id`;

/** What was told of an account is not kept once the account is deleted. */
@Injectable()
export class ForgottenAccounts implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(TASK, (payload) => this.erase((payload as { account: string }).account));
  }

  /** In the transaction that deletes the account. */
  async forget(tx: EntityManager, accountUid: string): Promise<void> {
    await this.queue.add(tx, TASK, { account: accountUid });
  }

  private async erase(accountUid: string): Promise<void> {
    let count: number;
    do count = (await this.database.query('forget-deliveries', FORGET, [accountUid])).length;
    while (count === BATCH);
  }
}

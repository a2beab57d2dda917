import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../infra/database/database.service.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { type Job, JobWorker } from '../infra/queue/job-worker.service.js';
import { MOST_TRIES, PhoneCodes } from './phone-codes.service.js';
import { SmsDispatch } from './sms-dispatch.service.js';

const TASK = 'phones.send_code';

/** What a job carries. */
interface CodeDelivery {
  /** Names the SMS, over retries too. */
  id: string;
  phoneId: string;
  code: string;
}

interface WaitingPhone {
  account_id: string;
  number: string;
  country_code: string | null;
  code_hash: Buffer;
  is_expired: boolean;
}

/** Numbers that still wait for a code; not those that somebody, perhaps another account, verified meanwhile. */
const FIND_WAITING = `
  SELECT account_id, number, country_code, code_hash, code_expires_at <= now() AS is_expired FROM phones
  WHERE id = $1 AND code_hash IS NOT NULL AND code_attempts < $2
    AND NOT EXISTS (SELECT 1 FROM phones AS others WHERE others.number = phones.number AND others.verified_at IS NOT NULL)`;

/** Brings codes to phones, in jobs. */
@Injectable()
export class PhoneMessagesService implements OnModuleInit {
  private readonly logger = new Logger('Phones');

  constructor(
    private readonly database: Database,
    private readonly codes: PhoneCodes,
    private readonly dispatch: SmsDispatch,
    private readonly queue: JobQueue,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(TASK, (payload, job) => this.deliver(payload as CodeDelivery, job));
  }

  /** Sends the code once the caller's transaction is kept, in place of an older one that still waits. */
  async sendCode(tx: EntityManager, phoneId: string, code: string): Promise<void> {
    const delivery: CodeDelivery = { id: randomUUID(), phoneId, code };
    await this.queue.add(tx, TASK, delivery, { key: `phone_code:${phoneId}` });
  }

  /** Looks last whether the code is still the one that counts: nobody gets a dead code (CONTROLS C-85). */
  private async deliver({ id, phoneId, code }: CodeDelivery, job: Job): Promise<void> {
    const [phone] = await this.database.query<WaitingPhone>('phone-waiting-for-code', FIND_WAITING, [
      phoneId,
      MOST_TRIES,
    ]);
    if (!phone) return;
    const { account_id: accountId, number, country_code: country } = phone;
    if (!this.codes.matches(code, { accountId, number }, phone.code_hash)) return;
    if (phone.is_expired) {
      this.logger.warn({ msg: 'code expired before it could be sent', sms: id });
      return;
    }
    await this.dispatch.send({ id, to: number, code }, { accountId, number, country }, job);
  }
}

import type { AccountEvent } from '../../src/events/account-event.js';
import { Cipher } from '../../src/infra/crypto/cipher.service.js';
import { jobContext } from '../../src/infra/queue/job-queue.service.js';
import type { TestApp } from '../support/app.js';

const TASK = 'events.publish';

/** A broker that nobody runs: what is recorded for it waits in the queue, where it can be looked at. */
export const NO_BROKER = { EVENTS_URL: 'amqp://events:the-password@127.0.0.1:9' };

/** What was recorded and not asked for yet, oldest first. */
export class RecordedEvents {
  private last = '0';

  constructor(private readonly server: TestApp) {}

  async next(): Promise<AccountEvent[]> {
    const jobs = await this.server.sql<{ id: string; sealed: string }>(
      `SELECT jobs.id, payload ->> 'sealed' AS sealed FROM graphile_worker._private_jobs AS jobs
       JOIN graphile_worker._private_tasks AS tasks ON tasks.id = jobs.task_id
       WHERE identifier = $1 AND jobs.id > $2 ORDER BY jobs.id`,
      [TASK, this.last],
    );
    this.last = jobs.at(-1)?.id ?? this.last;
    const cipher = this.server.app.get(Cipher, { strict: false });
    return jobs.map(
      ({ sealed }) =>
        JSON.parse(cipher.open(Buffer.from(sealed, 'base64'), jobContext(TASK)).toString()) as AccountEvent,
    );
  }

  /** Those of one account, without the sign-ins on the way to it. */
  async about(uid: string): Promise<AccountEvent[]> {
    const events = await this.next();
    return events.filter(
      ({ name, record }) => (record.uid === uid || record.account_uid === uid) && !name.startsWith('session.'),
    );
  }
}

/** Name, record and changes alone. */
export const contentOf = ({ name, record, changes }: AccountEvent) => ({ name, record, ...(changes && { changes }) });

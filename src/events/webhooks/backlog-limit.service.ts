import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Database } from '../../infra/database/database.service.js';
import { JobWorker } from '../../infra/queue/job-worker.service.js';
import { DELIVER } from './webhook-deliveries.service.js';

/** Deliveries that wait for a receiver that has failed for some time; of more than that the oldest are given up. */
export const MOST_WAITING = 10_000;
/** The same for one that answers, but slower than things happen. */
export const MOST_WAITING_FOR_HEALTHY = 100_000;

/** A single refusal does not make a slow receiver one that is away. */
const AWAY_AFTER = `interval '15 minutes'`;

const TASK = 'webhooks.limit_backlogs';
const OFTEN = '* * * * *';
const BATCH = 1000;

/**
 * Webhooks with too much waiting, and the newest delivery that is too much. Walks the index of waiting ones from the
 * newest on and no further than the limit, so that nobody counts while something is put down.
 */
const FIND_OVERFULL = `
  SELECT webhooks.id, uid, edge.id AS newest FROM webhooks CROSS JOIN LATERAL (
    SELECT deliveries.id FROM webhook_deliveries AS deliveries
    WHERE webhook_id = webhooks.id AND state = 'pending'
    ORDER BY deliveries.id DESC LIMIT 1
    OFFSET CASE WHEN failing_since < now() - ${AWAY_AFTER} THEN $2::int ELSE $1::int END) AS edge
  WHERE deleted_at IS NULL`;

/**
 * Goes on where the batch before ended. The jobs go too; one that is being done meanwhile goes on, and says itself what
 * became of it.
 */
const GIVE_UP_OLDEST = `
  WITH oldest AS (
    SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'pending' AND id > $3 AND id <= $2
    ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED),
  given_up AS (
    UPDATE webhook_deliveries AS deliveries SET state = 'failed', last_status = NULL, last_error = 'BacklogFull'
    FROM oldest WHERE deliveries.id = oldest.id RETURNING deliveries.id),
  jobs AS (
    SELECT count(*) FROM graphile_worker.complete_jobs(ARRAY(
      SELECT jobs.id FROM graphile_worker.jobs JOIN given_up ON key = '${DELIVER}:' || given_up.id
      WHERE locked_at IS NULL)))
  SELECT ended.* FROM jobs, (SELECT count(*)::int AS count, max(id) AS last FROM given_up) AS ended`;

/** Told once, as long as it goes on. */
const MARK = `
  UPDATE webhooks SET given_up_at = now()
  FROM (SELECT id, coalesce(given_up_at < now() - interval '1 hour', true) AS is_news FROM webhooks
    WHERE id = $1 FOR NO KEY UPDATE) AS before
  WHERE webhooks.id = before.id RETURNING is_news`;

interface Overfull {
  id: string;
  uid: string;
  newest: string;
}

interface Batch {
  count: number;
  /** Id of the newest that was given up. */
  last: string;
}

const NOTHING: Batch = { count: 0, last: '0' };

/** Keeps a receiver that is away for long from filling the database. */
@Injectable()
export class BacklogLimit implements OnModuleInit {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.repeat(TASK, OFTEN, () => this.hold());
  }

  /** Gives the oldest up wherever more wait than may. */
  async hold(failing = MOST_WAITING, healthy = MOST_WAITING_FOR_HEALTHY): Promise<void> {
    const overfull = await this.database.query<Overfull>('webhooks-overfull', FIND_OVERFULL, [healthy, failing]);
    for (const webhook of overfull) {
      let batch = NOTHING;
      let count = 0;
      do {
        batch = await this.giveUp(webhook, batch.last);
        count += batch.count;
      } while (batch.count === BATCH);
      if (count > 0) this.logger.warn({ msg: 'webhook deliveries given up', webhook: webhook.uid, count });
    }
  }

  private giveUp({ id, uid, newest }: Overfull, after: string): Promise<Batch> {
    return this.database.transaction(async (tx) => {
      const [batch = NOTHING] = await tx.query<Batch[]>(GIVE_UP_OLDEST, [id, newest, after]);
      if (batch.count === 0) return batch;
      const [marked] = await tx.query<[{ is_news: boolean }[], number]>(MARK, [id]);
      if (marked[0]?.is_news) {
        await this.audit.record(tx, { action: 'webhook.backlog_given_up', actor: null, target: uid });
      }
      return batch;
    });
  }
}

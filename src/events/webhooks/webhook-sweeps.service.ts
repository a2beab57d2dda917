import { Injectable } from '@nestjs/common';
import { Database } from '../../infra/database/database.service.js';
import { CleanUps } from '../../infra/queue/clean-ups.service.js';
import { DELIVER } from './webhook-deliveries.service.js';

/** With the jobs that wait: a deleted webhook's find nothing to send anyway. */
const REMOVE_DELIVERIES = `
  WITH gone AS (
    DELETE FROM webhook_deliveries WHERE id = ANY (ARRAY(
      SELECT id FROM webhook_deliveries
      WHERE webhook_id = ANY (ARRAY(SELECT id FROM webhooks WHERE deleted_at IS NOT NULL))
      LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING id),
  jobs AS (
    SELECT count(*) FROM graphile_worker.complete_jobs(ARRAY(
      SELECT jobs.id FROM graphile_worker.jobs JOIN gone ON key = '${DELIVER}:' || gone.id WHERE locked_at IS NULL)))
  SELECT (SELECT count(*)::int FROM gone) AS count FROM jobs`;

/** What was put down while it was being deleted goes along by the foreign key. */
const REMOVE_WEBHOOKS = `
  DELETE FROM webhooks WHERE deleted_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE webhook_id = webhooks.id) RETURNING id`;

const ERASE_SECRETS = `
  UPDATE webhooks SET previous_secret_sealed = NULL, previous_secret_expires_at = NULL
  WHERE previous_secret_expires_at < now() RETURNING id`;

const ERASE_BODIES = `
  UPDATE webhook_deliveries SET payload_sealed = '', is_forgotten = false
  WHERE id = ANY (ARRAY(
    SELECT id FROM webhook_deliveries WHERE is_forgotten AND state <> 'pending' LIMIT $1 FOR UPDATE SKIP LOCKED))
  RETURNING id`;

/** What webhooks leave behind: rows of deleted ones, secrets that sign no more, bodies about deleted accounts. */
@Injectable()
export class WebhookSweeps {
  constructor(
    private readonly database: Database,
    cleanUps: CleanUps,
  ) {
    cleanUps.addSweep('deleted_webhooks', (most) => this.removeDeleted(most));
    cleanUps.addSweep('webhook_secrets', () => this.count('erase-webhook-secrets', ERASE_SECRETS));
    cleanUps.addSweep('forgotten_deliveries', (most) => this.count('erase-delivery-bodies', ERASE_BODIES, [most]));
  }

  private async removeDeleted(most: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>('remove-deliveries', REMOVE_DELIVERIES, [most]);
    const count = row?.count ?? 0;
    return count > 0 ? count : this.count('remove-webhooks', REMOVE_WEBHOOKS);
  }

  private async count(name: string, sql: string, values: unknown[] = []): Promise<number> {
    return (await this.database.query(name, sql, values)).length;
  }
}

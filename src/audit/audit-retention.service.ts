import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../infra/database/database.service.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';

/** What one checkpoint covers at most; more of them follow in the same run. */
const AT_ONCE = 100_000;

/** One a day is enough, unless there is more to remove than one covers. */
const PRUNE = `
  SELECT prune_audit(make_interval(days => $1), $2)::int AS count WHERE NOT EXISTS (
    SELECT 1 FROM audit_checkpoints WHERE entries < $2 AND pruned_at > now() - interval '23 hours')`;

const REMOVE = 'SELECT remove_pruned_audit($1) AS count';

/**
 * Removes entries that are older than AUDIT_RETENTION_DAYS, oldest first; without that setting all are kept for ever.
 * The database sees to it that nothing else goes, and writes down that it went: see the migration add-audit-checkpoints.
 */
@Injectable()
export class AuditRetentionService {
  constructor(
    config: Config,
    private readonly database: Database,
    cleanUps: CleanUps,
  ) {
    const { auditRetentionDays: days } = config;
    if (days !== undefined) cleanUps.addSweep('audit_entries', (most) => this.removeBatch(days, most));
  }

  /** Ends first what an earlier run began. */
  private async removeBatch(days: number, most: number): Promise<number> {
    const removed = await this.count('audit-remove-pruned', REMOVE, [most]);
    if (removed > 0) return removed;
    const pruned = await this.count('audit-prune', PRUNE, [days, AT_ONCE]);
    return pruned > 0 ? this.count('audit-remove-pruned', REMOVE, [most]) : 0;
  }

  private async count(name: string, text: string, values: unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(name, text, values);
    return row?.count ?? 0;
  }
}

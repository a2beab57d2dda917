import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Page, type PageQuery, pageBounds } from '../common/pagination.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { type DeadLetter, DeadLetters } from '../infra/queue/dead-letters.service.js';
import { AdminErrors } from './admin.errors.js';

/** Revived at once at most, so that a mail server that just came back is not overrun. */
export const MOST_RETRIED = 1_000;

/** Mail, SMS and the like that could not be sent, for staff to look after. */
@Injectable()
export class OutboxService {
  constructor(
    private readonly database: Database,
    private readonly deadLetters: DeadLetters,
    private readonly audit: AuditService,
  ) {}

  /** Newest first. */
  async listDead(query: PageQuery): Promise<Page<DeadLetter>> {
    const { page, perPage, offset } = pageBounds(query);
    const [rows, total] = await Promise.all([this.deadLetters.list(offset, perPage), this.deadLetters.count()]);
    return { rows, total, page, perPage };
  }

  /** How many there are of each task. */
  countByTask(): Promise<{ task: string; count: number }[]> {
    return this.deadLetters.countByTask();
  }

  /**
   * Tries the oldest of a task anew, a thousand at most.
   * @param staff null for a command
   * @returns how many
   * @throws AppError 404 when there is none
   */
  async retryAll(staff: Principal | null, task: string, origin?: RequestOrigin): Promise<number> {
    return this.database.transaction(async (tx) => {
      const jobs = await this.deadLetters.reviveAll(tx, task, MOST_RETRIED);
      if (jobs === 0) throw AdminErrors.unknownDeadLetter();
      await this.record(tx, staff, { jobs, task }, origin);
      return jobs;
    });
  }

  /**
   * Tries it anew. What has expired meanwhile is not sent: whoever sends it looks at that.
   * @param staff null for a command
   * @returns its task
   * @throws AppError 404
   */
  async retry(staff: Principal | null, id: string, origin?: RequestOrigin): Promise<string> {
    return this.database.transaction(async (tx) => {
      const task = await this.deadLetters.revive(tx, id);
      if (task === undefined) throw AdminErrors.unknownDeadLetter();
      await this.record(tx, staff, { job: id, task }, origin);
      return task;
    });
  }

  private async record(tx: EntityManager, staff: Principal | null, details: object, origin?: RequestOrigin) {
    const actor = staff?.account.uid ?? null;
    await this.audit.record(tx, { action: 'outbox.retried', actor, target: null, origin, details: { ...details } });
  }
}

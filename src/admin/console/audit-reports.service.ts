import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditEntry } from '../../audit/audit-entry.entity.js';
import { type AuditFilter, AuditLogService } from '../../audit/audit-log.service.js';
import { type AuditVerification, AuditVerificationService } from '../../audit/audit-verification.service.js';
import { AuditService } from '../../audit/audit.service.js';
import type { Principal } from '../../common/principal.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import { Database } from '../../infra/database/database.service.js';
import { ConsoleErrors } from './console.errors.js';
import { csvRecord } from './csv.js';

/** Entries that an export holds at most. */
export const MOST_EXPORTED = 10_000;
/** Entries that are checked while somebody waits for the page: some seconds. */
export const MOST_VERIFIED = 100_000;
const BATCH = 1_000;
/** With the account's number it makes a lock that one report of this account holds, on whatever server it runs. */
const REPORT_LOCK = 7_264_005;

const COLUMNS = ['id', 'at', 'actor', 'action', 'target', 'ip', 'user_agent_hash', 'request_id', 'details'];

/** What takes long to make from the audit log; each is recorded there itself (CONTROLS C-78). */
@Injectable()
export class AuditReportsService {
  constructor(
    private readonly database: Database,
    private readonly log: AuditLogService,
    private readonly verification: AuditVerificationService,
    private readonly audit: AuditService,
  ) {}

  /** The newest entries that match, as CSV. @throws AppError 429 while another report of this admin is made */
  async export(filter: AuditFilter, admin: Principal, origin: RequestOrigin): Promise<string> {
    return this.oneAtATime(admin, async (tx) => {
      // A fixed end: entries that are added meanwhile would move the rest from one batch to the next.
      const rows = await this.newest({ ...filter, to: filter.to ?? new Date() });
      const details = { filter: named(filter), entries: rows.length };
      await this.audit.record(tx, this.entry('audit.exported', admin, origin, details));
      return [COLUMNS, ...rows.map(cellsOf)].map(csvRecord).join('');
    });
  }

  /** @throws AppError 422 for a log that takes too long, 429 while another report of this admin is made */
  async verify(admin: Principal, origin: RequestOrigin): Promise<AuditVerification> {
    if (!(await this.isVerifiable())) throw ConsoleErrors.auditTooLong();
    return this.oneAtATime(admin, async (tx) => {
      const found = await this.verification.verify();
      const { sealed, unsealed, broken, head } = found;
      const details = { sealed, unsealed, broken: broken.length, head };
      await this.audit.record(tx, this.entry('audit.verified', admin, origin, details));
      return found;
    });
  }

  /** Whether the log is short enough to be checked while somebody waits. */
  async isVerifiable(): Promise<boolean> {
    return (await this.log.find({}, { limit: 1 })).total <= MOST_VERIFIED;
  }

  private async newest(filter: AuditFilter): Promise<AuditEntry[]> {
    const rows: AuditEntry[] = [];
    for (let page = 1; rows.length < MOST_EXPORTED; page += 1) {
      const batch = await this.log.find(filter, { page, limit: BATCH });
      rows.push(...batch.rows);
      if (batch.rows.length < BATCH) break;
    }
    return rows.slice(0, MOST_EXPORTED);
  }

  private oneAtATime<T>({ account }: Principal, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ free: boolean }[]>('SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS free', [
        REPORT_LOCK,
        account.id,
      ]);
      if (!row?.free) throw ConsoleErrors.auditBusy();
      // It holds the lock while other connections read.
      await tx.query(`SET LOCAL idle_in_transaction_session_timeout = '60s'`);
      return work(tx);
    });
  }

  private entry(action: string, { account }: Principal, origin: RequestOrigin, details: Record<string, unknown>) {
    return { action, actor: account.uid, target: null, origin, details };
  }
}

/** As JSON keeps it. */
function named({ actor, target, action, from, to }: AuditFilter): Record<string, string> {
  const given = { actor, target, action, from: from?.toISOString(), to: to?.toISOString() };
  return Object.fromEntries(Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function cellsOf(entry: AuditEntry): (string | null)[] {
  const { id, at, actorUid, action, target, ip, userAgentHash, requestId, details } = entry;
  const agent = userAgentHash?.toString('hex') ?? null;
  return [id, at.toISOString(), actorUid, action, target, ip, agent, requestId, JSON.stringify(details)];
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import { violatedUniqueConstraint } from '../infra/database/database-errors.js';
import { Database } from '../infra/database/database.service.js';
import { labelEventRecord } from './label-event-record.js';
import { isLabelKey, labelProblems } from './label-rules.js';
import { LABEL_COLUMNS, type LabelRow, type LabelScope } from './label-row.js';
import { LabelErrors } from './labels.errors.js';

/** Whose label it is. */
export interface LabelOwner {
  id: string;
  uid: string;
}

/** Who writes it. */
export interface LabelWriter {
  /** Uid; null for this server itself. */
  actor: string | null;
  /** Absent for commands and jobs. */
  origin?: RequestOrigin;
}

export interface NewLabel {
  key: string;
  value: string;
  scope: LabelScope;
}

/** Labels of any scope, for staff and whatever else decides facts; what owners may do is own-labels.service.ts. */
@Injectable()
export class LabelsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /** All labels of an account, by key. */
  list(accountId: string): Promise<LabelRow[]> {
    return this.database.query<LabelRow>(
      'labels-of-account',
      `SELECT ${LABEL_COLUMNS} FROM labels WHERE account_id = $1 ORDER BY key`,
      [accountId],
    );
  }

  /** @throws AppError 422 for an invalid key or value or a key that the account has already; the transaction is lost */
  async create(tx: EntityManager, owner: LabelOwner, label: NewLabel, by: LabelWriter): Promise<LabelRow> {
    assertValid(label);
    const row = await insert(tx, owner.id, label);
    await this.record(tx, 'label.created', owner, by, { ...nameOf(row), ...(isPrivate(row) && { after: row.value }) });
    await this.events.record(tx, { name: 'model.label.created', record: labelEventRecord(owner.uid, row) });
    return row;
  }

  /**
   * Gives a label another value or scope; what is left out stays.
   * @throws AppError 404, or 422 for an invalid value, which changes nothing
   */
  async change(
    tx: EntityManager,
    owner: LabelOwner,
    key: string,
    change: Partial<Pick<NewLabel, 'value' | 'scope'>>,
    by: LabelWriter,
  ): Promise<LabelRow> {
    const before = await this.lock(tx, owner.id, key);
    assertValid({ ...(change.value !== undefined && { value: change.value }) });
    const [[after]] = await tx.query<[[LabelRow], number]>(
      `UPDATE labels SET value = $3, scope = $4, updated_at = now() WHERE account_id = $1 AND key = $2
       RETURNING ${LABEL_COLUMNS}`,
      [owner.id, key, change.value ?? before.value, change.scope ?? before.scope],
    );
    await this.record(tx, 'label.changed', owner, by, {
      ...nameOf(after),
      ...(before.scope !== after.scope && { scope_before: before.scope }),
      ...(isPrivate(before) && { before: before.value }),
      ...(isPrivate(after) && { after: after.value }),
    });
    await this.events.recordUpdate(
      tx,
      'label',
      labelEventRecord(owner.uid, before),
      labelEventRecord(owner.uid, after),
    );
    return after;
  }

  /** @throws AppError 404 */
  async remove(tx: EntityManager, owner: LabelOwner, key: string, by: LabelWriter): Promise<void> {
    const before = await this.lock(tx, owner.id, key);
    await tx.query('DELETE FROM labels WHERE account_id = $1 AND key = $2', [owner.id, key]);
    await this.record(tx, 'label.deleted', owner, by, {
      ...nameOf(before),
      ...(isPrivate(before) && { before: before.value }),
    });
  }

  /** Holds the label until the transaction ends. */
  private async lock(tx: EntityManager, accountId: string, key: string): Promise<LabelRow> {
    if (!isLabelKey(key)) throw LabelErrors.notFound();
    const [row] = await tx.query<LabelRow[]>(
      `SELECT ${LABEL_COLUMNS} FROM labels WHERE account_id = $1 AND key = $2 FOR UPDATE`,
      [accountId, key],
    );
    if (!row) throw LabelErrors.notFound();
    return row;
  }

  private record(
    tx: EntityManager,
    action: string,
    { uid: target }: LabelOwner,
    by: LabelWriter,
    details: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record(tx, { ...by, action, target, details });
  }
}

function assertValid(fields: { key?: string; value?: string }): void {
  const problems = labelProblems(fields);
  if (Object.keys(problems).length > 0) throw LabelErrors.invalid(problems);
}

async function insert(tx: EntityManager, accountId: string, { key, value, scope }: NewLabel): Promise<LabelRow> {
  try {
    const [row] = await tx.query<[LabelRow]>(
      `INSERT INTO labels (account_id, key, value, scope) VALUES ($1, $2, $3, $4) RETURNING ${LABEL_COLUMNS}`,
      [accountId, key, value, scope],
    );
    return row;
  } catch (error) {
    if (violatedUniqueConstraint(error) === 'labels_account_id_key_key') throw LabelErrors.taken();
    throw error;
  }
}

const nameOf = ({ key, scope }: LabelRow): Record<string, unknown> => ({ key, scope });

/** Private values are decisions of staff and belong in the record; public ones may hold what a person wrote. */
const isPrivate = ({ scope }: LabelRow): boolean => scope === 'private';

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { isLabelKey } from './label-rules.js';
import { LABEL_COLUMNS, type LabelRow } from './label-row.js';
import { LabelErrors } from './labels.errors.js';
import { LabelsService, type LabelWriter, type NewLabel } from './labels.service.js';

/** Public labels of one account; those of staff come on top. */
const MOST_LABELS = 100;

/**
 * $1 the account, $2 the application when the token is one of OAuth, else null: the owner sees all labels, a third
 * party only the public ones (CONTROLS C-70).
 */
const VISIBLE = `
  labels.account_id = $1 AND (labels.scope = 'public' OR $2::text IS NULL
    OR EXISTS (SELECT 1 FROM applications
      WHERE applications.uid = $2 AND applications.deleted_at IS NULL AND applications.first_party))`;
const LIST = `SELECT ${LABEL_COLUMNS} FROM labels WHERE ${VISIBLE} ORDER BY labels.key`;
const FIND = `SELECT ${LABEL_COLUMNS} FROM labels WHERE ${VISIBLE} AND labels.key = $3`;

/** What an owner, or an application on behalf of one, does with the labels of their account. */
@Injectable()
export class OwnLabelsService {
  constructor(
    private readonly database: Database,
    private readonly labels: LabelsService,
  ) {}

  list(caller: Principal): Promise<LabelRow[]> {
    return this.database.query<LabelRow>('own-labels', LIST, viewOf(caller));
  }

  /** @throws AppError 404, also for a label that the caller may not see */
  async get(caller: Principal, key: string): Promise<LabelRow> {
    if (!isLabelKey(key)) throw LabelErrors.notFound();
    const [label] = await this.database.query<LabelRow>('own-label', FIND, [...viewOf(caller), key]);
    if (!label) throw LabelErrors.notFound();
    return label;
  }

  /** @throws AppError 422 for an invalid key or value, a key that is taken, or one label too many */
  async create(caller: Principal, label: Omit<NewLabel, 'scope'>, origin: RequestOrigin): Promise<LabelRow> {
    return this.database.transaction(async (tx) => {
      await holdAccount(tx, caller.account.id);
      const created = await this.labels.create(tx, caller.account, { ...label, scope: 'public' }, by(caller, origin));
      await assertNotTooMany(tx, caller.account.id);
      return created;
    });
  }

  /** @throws AppError 404, 400 for a private label, 422 for an invalid value, which changes nothing */
  async change(caller: Principal, key: string, value: string, origin: RequestOrigin): Promise<LabelRow> {
    return this.database.transaction(async (tx) => {
      await assertOwn(tx, caller, key);
      return this.labels.change(tx, caller.account, key, { value }, by(caller, origin));
    });
  }

  /** @throws AppError 404, 400 for a private label */
  async remove(caller: Principal, key: string, origin: RequestOrigin): Promise<void> {
    await this.database.transaction(async (tx) => {
      await assertOwn(tx, caller, key);
      await this.labels.remove(tx, caller.account, key, by(caller, origin));
    });
  }
}

const viewOf = ({ account, kind, clientId }: Principal): [string, string | null] => [
  account.id,
  kind === 'access' ? clientId : null,
];

const by = ({ account }: Principal, origin: RequestOrigin): LabelWriter => ({ actor: account.uid, origin });

/** One new label of an account at a time, so that parallel requests can't pass the limit together. */
async function holdAccount(tx: EntityManager, accountId: string): Promise<void> {
  await tx.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
}

async function assertNotTooMany(tx: EntityManager, accountId: string): Promise<void> {
  const [{ count }] = await tx.query<[{ count: number }]>(
    `SELECT count(*)::int AS count FROM labels WHERE account_id = $1 AND scope = 'public'`,
    [accountId],
  );
  if (count > MOST_LABELS) throw LabelErrors.tooMany(MOST_LABELS);
}

/** Holds the label, so that it is still public when it is written. */
async function assertOwn(tx: EntityManager, caller: Principal, key: string): Promise<void> {
  if (!isLabelKey(key)) throw LabelErrors.notFound();
  const [label] = await tx.query<LabelRow[]>(`${FIND} FOR UPDATE OF labels`, [...viewOf(caller), key]);
  if (!label) throw LabelErrors.notFound();
  if (label.scope === 'private') throw LabelErrors.readOnly();
}

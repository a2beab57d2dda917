import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import type { LabelRow, LabelScope } from '../labels/label-row.js';
import { LabelErrors } from '../labels/labels.errors.js';
import { LabelsService } from '../labels/labels.service.js';

/** As it was sent; scope is public when it was not. */
export interface GivenLabel {
  key: string;
  value: string;
  scope?: string | undefined;
}

/** What staff do with the labels of an account that they know by its uid. Each throws AppError 404 for an unknown one. */
@Injectable()
export class AccountLabelsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly labels: LabelsService,
  ) {}

  async list(uid: string): Promise<LabelRow[]> {
    const { id } = await this.accounts.getByUid(uid);
    return this.labels.list(id);
  }

  /** @throws AppError 422 for what is not allowed or a key that the account has already */
  async create(staff: Principal, uid: string, label: GivenLabel, origin: RequestOrigin): Promise<LabelRow> {
    const scope = scopeOf(label.scope ?? 'public');
    const owner = await this.accounts.getByUid(uid);
    return this.database.transaction((tx) => this.labels.create(tx, owner, { ...label, scope }, by(staff, origin)));
  }

  /** @throws AppError 404, also for an unknown label, 422 for an invalid value */
  async change(
    staff: Principal,
    uid: string,
    key: string,
    { value, scope }: Partial<Omit<GivenLabel, 'key'>>,
    origin: RequestOrigin,
  ): Promise<LabelRow> {
    const change = { ...(value !== undefined && { value }), ...(scope !== undefined && { scope: scopeOf(scope) }) };
    const owner = await this.accounts.getByUid(uid);
    return this.database.transaction((tx) => this.labels.change(tx, owner, key, change, by(staff, origin)));
  }

  /** @throws AppError 404, also for an unknown label */
  async remove(staff: Principal, uid: string, key: string, origin: RequestOrigin): Promise<void> {
    const owner = await this.accounts.getByUid(uid);
    await this.database.transaction((tx) => this.labels.remove(tx, owner, key, by(staff, origin)));
  }
}

const by = ({ account }: Principal, origin: RequestOrigin) => ({ actor: account.uid, origin });

function scopeOf(scope: string): LabelScope {
  if (scope === 'public' || scope === 'private') return scope;
  throw LabelErrors.invalid({ scope: ['Scope is not included in the list'] });
}

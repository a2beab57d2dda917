import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { AccountState, Principal, Role } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import { Database } from '../infra/database/database.service.js';
import { AccountErrors } from './accounts.errors.js';
import { AccountsService } from './accounts.service.js';
import { CredentialsService } from './credentials.service.js';
import { UID } from './uid.js';

export interface AccountChange {
  role?: Role | undefined;
  state?: AccountState | undefined;
}

interface HeldAccount {
  id: string;
  uid: string;
  role: Role;
  state: AccountState;
  level: number;
}

interface Held {
  account: HeldAccount;
  /** Every active one, the account among them when it is one. */
  admins: HeldAccount[];
}

type RemovalListener = (tx: EntityManager, accountId: string) => Promise<void>;

const isActiveAdmin = ({ role, state }: Required<AccountChange>): boolean => role === 'admin' && state === 'active';

/** What staff do to the accounts of others, and its owner to one for good. It counts from the next request on. */
@Injectable()
export class AccountAdministrationService {
  private readonly listeners: RemovalListener[] = [];

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly credentials: CredentialsService,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /**
   * Changes role, state or both; what is so already is left alone.
   * @throws AppError 403 for one's own account, 404, 422 for the last admin or a state that can't follow
   */
  async change(actor: Principal, uid: string, change: AccountChange, origin: RequestOrigin): Promise<void> {
    await this.onAccount(actor, uid, async (tx, account, admins) => {
      const after = { role: change.role ?? account.role, state: change.state ?? account.state };
      if (isActiveAdmin(account) && !isActiveAdmin(after)) assertOtherAdmin(admins, uid);
      assertStillAdmin(admins, actor);
      assertMayFollow(account, after.state);
      const record = (action: string, before: string, now: string) =>
        this.record(tx, actor, { action, target: uid, origin, details: { before, after: now } });
      if (after.role !== account.role) {
        await this.accounts.changeRole(tx, account.id, after.role);
        await record('account.role_changed', account.role, after.role);
      }
      if (after.state !== account.state) {
        await this.accounts.changeState(tx, account.id, after.state);
        await record('account.state_changed', account.state, after.state);
      }
    });
  }

  /**
   * Deletes the account and all that hangs on it, for good; the audit log stays.
   * @throws AppError 403 for one's own account, 404, 422 for the last admin
   */
  async remove(actor: Principal, uid: string, origin: RequestOrigin): Promise<void> {
    await this.onAccount(actor, uid, async (tx, account, admins) => {
      if (isActiveAdmin(account)) assertOtherAdmin(admins, uid);
      assertStillAdmin(admins, actor);
      await this.delete(tx, actor, account, origin);
    });
  }

  /**
   * The same at the owner's own wish; who may ask for it is up to the caller.
   * @throws AppError 422 for the last admin, 404 when the account is gone already
   */
  async removeOwn(tx: EntityManager, owner: Principal, origin: RequestOrigin): Promise<void> {
    const { account, admins } = await this.hold(tx, owner.account.uid);
    if (isActiveAdmin(account)) assertOtherAdmin(admins, account.uid);
    await this.delete(tx, owner, account, origin);
  }

  /** Tells whoever keeps something of accounts elsewhere that one is about to go, in the same transaction. */
  onRemoval(listener: RemovalListener): void {
    this.listeners.push(listener);
  }

  /** Signs the account out everywhere. @throws AppError 404 */
  async endSessions(actor: Principal, uid: string, origin: RequestOrigin): Promise<void> {
    const { id } = await this.accounts.getByUid(uid);
    await this.database.transaction(async (tx) => {
      await this.credentials.endTokens(tx, id);
      await this.record(tx, actor, { action: 'account.sessions_ended', target: uid, origin });
    });
  }

  private async onAccount(
    actor: Principal,
    uid: string,
    work: (tx: EntityManager, account: HeldAccount, admins: HeldAccount[]) => Promise<void>,
  ): Promise<void> {
    if (uid === actor.account.uid) throw AccountErrors.ownChange();
    if (!UID.test(uid)) throw AccountErrors.notFound();
    await this.database.transaction(async (tx) => {
      const { account, admins } = await this.hold(tx, uid);
      await work(tx, account, admins);
    });
  }

  private async delete(
    tx: EntityManager,
    actor: Principal,
    account: HeldAccount,
    origin: RequestOrigin,
  ): Promise<void> {
    const { id, uid: target, role, state, level } = account;
    for (const listener of this.listeners) await listener(tx, id);
    await tx.query('DELETE FROM accounts WHERE id = $1', [id]);
    await this.events.forget(tx, target);
    await this.record(tx, actor, { action: 'account.deleted', target, origin, details: { role, state, level } });
  }

  /**
   * Holds the account and every active admin, always in the same order: of two admins who demote each other at the
   * same time, the second waits here and then finds what the first has done (CONTROLS C-73).
   */
  private async hold(tx: EntityManager, uid: string): Promise<Held> {
    const held = await tx.query<HeldAccount[]>(
      `SELECT id, uid, role, state, level FROM accounts
       WHERE uid = $1 OR (state = 'active' AND role = 'admin') ORDER BY id FOR UPDATE`,
      [uid],
    );
    const account = held.find((each) => each.uid === uid);
    if (!account) throw AccountErrors.notFound();
    return { account, admins: held.filter(isActiveAdmin) };
  }

  private record(
    tx: EntityManager,
    actor: Principal,
    entry: { action: string; target: string; origin: RequestOrigin; details?: Record<string, unknown> },
  ): Promise<void> {
    return this.audit.record(tx, { ...entry, actor: actor.account.uid });
  }
}

function assertOtherAdmin(admins: HeldAccount[], uid: string): void {
  if (!admins.some((admin) => admin.uid !== uid)) throw AccountErrors.lastAdmin();
}

function assertStillAdmin(admins: HeldAccount[], actor: Principal): void {
  if (!admins.some((admin) => admin.uid === actor.account.uid)) throw AccountErrors.noLongerAdmin();
}

/** Only its owner confirms an address: an account is active after that and pending before, whatever staff say. */
function assertMayFollow({ state: before, level }: HeldAccount, after: AccountState): void {
  if (before === after) return;
  const isConfirmed = level > 0;
  if (after === 'active' && !isConfirmed) throw AccountErrors.invalidTransition('Email is not confirmed yet');
  if (after === 'pending' && isConfirmed) throw AccountErrors.invalidTransition('Email is confirmed already');
}

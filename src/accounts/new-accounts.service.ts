import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AuditRecord, AuditService } from '../audit/audit.service.js';
import type { Role } from '../common/principal.js';
import { EventsService } from '../events/events.service.js';
import { ACCOUNT_EVENT_RECORD, type AccountEventRecord } from './account-event-record.js';
import { newUid } from './uid.js';

export interface NewAccount {
  /** In canonical form. */
  email: string;
  passwordHash: string;
  /** What an operator vouches for: the address is confirmed and the account active from the start. */
  confirmed?: { role: Role };
}

const INSERT = `
  WITH account AS (
    INSERT INTO accounts (uid, email, role, state, level, email_confirmed_at)
    VALUES ($1, $2, $4, $5, $6, CASE WHEN $5 = 'active' THEN now() END) RETURNING id, ${ACCOUNT_EVENT_RECORD} AS record),
  credential AS (INSERT INTO credentials (account_id, password_hash) SELECT id, $3 FROM account)
  SELECT id, record FROM account`;

/** The one place where accounts come into being. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /** A taken address violates `accounts_email_key`; what that means is up to the caller. */
  async add(
    tx: EntityManager,
    { email, passwordHash, confirmed }: NewAccount,
    by: Pick<AuditRecord, 'origin' | 'details'>,
  ): Promise<{ id: string; uid: string }> {
    const uid = newUid();
    const standing = confirmed ? [confirmed.role, 'active', 1] : ['member', 'pending', 0];
    const [{ id, record }] = await tx.query<[{ id: string; record: AccountEventRecord }]>(INSERT, [
      ...[uid, email, passwordHash],
      ...standing,
    ]);
    await this.audit.record(tx, { action: 'account.created', actor: null, target: uid, ...by });
    await this.events.record(tx, { name: 'model.account.created', record });
    return { id, uid };
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EventsService } from '../events/events.service.js';
import { ACCOUNT_EVENT_RECORD, type AccountEventRecord } from './account-event-record.js';

interface Updated {
  before: AccountEventRecord;
  after: AccountEventRecord;
}

/** Every change of an account that others see goes through here, so that none is without its event. */
@Injectable()
export class AccountRows {
  constructor(private readonly events: EventsService) {}

  /**
   * @param set assignments in SQL, never a caller's text; their values count from $2
   * @param hold `FOR UPDATE` where the address changes: it is a key, and asking for that lock only later is how two
   * changes wait for each other
   * @returns the account as it is now; undefined when there is none
   */
  async update(
    tx: EntityManager,
    accountId: string,
    set: string,
    values: unknown[] = [],
    hold: 'FOR NO KEY UPDATE' | 'FOR UPDATE' = 'FOR NO KEY UPDATE',
  ): Promise<AccountEventRecord | undefined> {
    // The row is held before it is read: what was before is what this very statement replaces. And receivers of events take
    // what is newer, so no two changes of a row may be of the same moment.
    const [rows] = await tx.query<[Updated[], number]>(
      `UPDATE accounts SET ${set}, updated_at = greatest(clock_timestamp(), accounts.updated_at + interval '1 ms')
       FROM (SELECT id AS held_id, ${ACCOUNT_EVENT_RECORD} AS before
             FROM accounts WHERE id = $1 ${hold}) AS held
       WHERE accounts.id = held_id RETURNING before, ${ACCOUNT_EVENT_RECORD} AS after`,
      [accountId, ...values],
    );
    const [row] = rows;
    if (row) await this.tell(tx, row);
    return row?.after;
  }

  private async tell(tx: EntityManager, { before, after }: Updated): Promise<void> {
    await this.events.recordUpdate(tx, 'account', before, after);
    if (before.level === after.level) return;
    const record = { uid: after.uid, from: before.level, to: after.level };
    await this.events.record(tx, { name: 'level.changed', record });
  }
}

import type { EventRecord } from '../events/event-record.js';
import type { LabelRow } from './label-row.js';

/** A label as events tell it; private ones too, since staff decide who gets events. */
export function labelEventRecord(accountUid: string, label: LabelRow): EventRecord {
  const { key, value, scope, created_at: createdAt, updated_at: updatedAt } = label;
  const times = { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  return { account_uid: accountUid, key, value, scope, ...times };
}

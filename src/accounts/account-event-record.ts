import type { AccountState, Role } from '../common/principal.js';
import { type EventRecord, recordSql, timeSql } from '../events/event-record.js';

/** An account as events tell it. Barong's event API has these fields too, and tokens of links, which no event may hold. */
export interface AccountEventRecord extends EventRecord {
  uid: string;
  email: string;
  role: Role;
  level: number;
  otp_enabled: boolean;
  state: AccountState;
  confirmed_at: string | null;
  created_at: string;
  updated_at: string;
}

/** SQL of it, for statements that have the columns of accounts. */
export const ACCOUNT_EVENT_RECORD = recordSql({
  ...{ uid: 'uid', email: 'email', role: 'role', level: 'level', otp_enabled: 'otp_enabled', state: 'state' },
  confirmed_at: timeSql('email_confirmed_at'),
  created_at: timeSql('accounts.created_at'),
  updated_at: timeSql('accounts.updated_at'),
});

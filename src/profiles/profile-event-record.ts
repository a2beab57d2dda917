import { type EventRecord, recordSql, timeSql } from '../events/event-record.js';

/** A profile as Barong's event API tells it: all that its owner stated, and what became of it. */
export interface ProfileEventRecord extends EventRecord {
  account_uid: string;
}

/** SQL of it, for statements on profiles whose account has this uid. The reviewer's reason is for the owner alone. */
export const profileEventRecord = (uid: string): string =>
  recordSql({
    account_uid: uid,
    ...{ first_name: 'profiles.first_name', last_name: 'profiles.last_name' },
    dob: `to_char(profiles.dob, 'YYYY-MM-DD')`,
    ...{ address: 'profiles.address', postcode: 'profiles.postcode', city: 'profiles.city' },
    ...{ country: 'profiles.country', state: 'profiles.state', metadata: 'profiles.metadata' },
    created_at: timeSql('profiles.created_at'),
    updated_at: timeSql('profiles.updated_at'),
  });

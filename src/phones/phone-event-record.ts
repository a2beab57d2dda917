import { recordSql, timeSql } from '../events/event-record.js';

/**
 * SQL of a phone as events tell it, for statements on phones whose account has this uid. A number is told once it is
 * verified: until then it may be that of somebody who never heard of us.
 */
export const phoneEventRecord = (uid: string): string =>
  recordSql({
    account_uid: uid,
    id: 'phones.id::text',
    number: 'CASE WHEN phones.verified_at IS NOT NULL THEN phones.number END',
    country: 'phones.country_code',
    validated_at: timeSql('phones.verified_at'),
    created_at: timeSql('phones.created_at'),
    updated_at: timeSql('phones.updated_at'),
  });

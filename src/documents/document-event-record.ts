import { recordSql, timeSql } from '../events/event-record.js';

/** SQL of a document as events tell it, for statements on documents whose account has this uid; no number, no file. */
export const documentEventRecord = (uid: string): string =>
  recordSql({
    account_uid: uid,
    ...{ id: 'documents.id', doc_type: 'documents.doc_type' },
    doc_expire: `to_char(documents.doc_expire, 'YYYY-MM-DD')`,
    ...{ state: 'documents.state', scan_state: 'documents.scan_state' },
    created_at: timeSql('documents.created_at'),
    updated_at: timeSql('documents.updated_at'),
  });

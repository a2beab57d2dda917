import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountErrors } from '../accounts/accounts.errors.js';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import type { EventRecord } from '../events/event-record.js';
import { EventsService } from '../events/events.service.js';
import { documentEventRecord } from './document-event-record.js';
import { MAX_DOCUMENTS, MAX_TOTAL_BYTES } from './document-limits.js';
import { DocumentErrors } from './documents.errors.js';
import { DocumentScanJobs } from './document-scan-jobs.service.js';
import { DocumentVault, type StoredFile } from './document-vault.service.js';
import type { CleanImage } from './image-cleaner.service.js';

/** What somebody says about a document; the types are checked, the values are not yet. */
export interface DocumentStatement {
  docType: string;
  docNumber: string;
  /** `yyyy-mm-dd`. */
  docExpire: string;
}

/** All that a row needs. */
interface NewDocument extends StoredFile {
  id: string;
  statement: DocumentStatement;
  image: CleanImage;
}

const INSERT = `
  INSERT INTO documents (id, account_id, doc_type, doc_number_encrypted, doc_expire, storage_key, data_key_encrypted,
    content_type, size_bytes, scan_state)
  SELECT $1, $2::bigint, $3, $4, $5, $6, $7, $8, $9::integer, $10 FROM documents WHERE account_id = $2::bigint
  HAVING count(*) < $11 AND coalesce(sum(size_bytes), 0) + $9::integer <= $12
  RETURNING ${documentEventRecord('$13::text')} AS record`;

/** The one place where documents come into being. */
@Injectable()
export class NewDocuments {
  constructor(
    private readonly vault: DocumentVault,
    private readonly scans: DocumentScanJobs,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /**
   * The account's row is held, so that uploads at once count each other.
   * @throws AppError 404 when the account is gone, 422 when it has too many documents
   */
  async add(
    tx: EntityManager,
    account: Pick<Principal['account'], 'id' | 'uid'>,
    document: NewDocument,
    origin: RequestOrigin,
  ): Promise<void> {
    const { id, statement, image } = document;
    const accounts = await tx.query<object[]>('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [account.id]);
    if (accounts.length === 0) throw AccountErrors.notFound();
    const rows = await tx.query<{ record: EventRecord }[]>(INSERT, [
      ...[
        id,
        account.id,
        statement.docType,
        this.vault.sealNumber(id, statement.docNumber.trim()),
        statement.docExpire,
      ],
      ...[document.storageKey, document.dataKeyEncrypted, image.contentType, image.bytes.length],
      ...[this.scans.initialState, MAX_DOCUMENTS, MAX_TOTAL_BYTES, account.uid],
    ]);
    if (!rows[0]) throw DocumentErrors.limitReached();
    await this.scans.schedule(tx, id);
    const details = { document: id, type: statement.docType };
    await this.audit.record(tx, {
      action: 'document.submitted',
      actor: account.uid,
      target: account.uid,
      origin,
      details,
    });
    await this.events.record(tx, { name: 'model.document.created', record: rows[0].record });
  }
}

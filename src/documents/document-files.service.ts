import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import type { DocumentType, ScanState } from './document.entity.js';
import { DocumentErrors } from './documents.errors.js';
import { DocumentVault } from './document-vault.service.js';
import { assertReviewer, isDocumentId } from './reviewer.js';

/** A document as it is sent to a reviewer. */
export interface OpenedFile {
  bytes: Buffer;
  /** `image/jpeg` or `image/png`, by what the bytes are. */
  contentType: string;
  /** Made of ASCII letters, digits, hyphens and a dot, such as `passport-ID0123456789.jpg`. */
  filename: string;
}

interface FileRow {
  uid: string;
  doc_type: DocumentType;
  storage_key: string;
  data_key_encrypted: Buffer;
  content_type: string;
  scan_state: ScanState;
}

const FIND = `
  SELECT accounts.uid, doc_type, storage_key, data_key_encrypted, content_type, scan_state
  FROM documents JOIN accounts ON accounts.id = documents.account_id WHERE documents.id = $1`;

/** The pictures themselves, for reviewers alone; every look at one is recorded (CONTROLS C-65). */
@Injectable()
export class DocumentFilesService {
  constructor(
    private readonly database: Database,
    private readonly vault: DocumentVault,
    private readonly audit: AuditService,
  ) {}

  /**
   * @throws AppError 403 for anybody but a reviewer, 404 for an unknown document or a lost file, 409 while it was not
   * found clean, 503 when the store is away
   */
  async open(reviewer: Principal, documentId: string, origin: RequestOrigin): Promise<OpenedFile> {
    assertReviewer(reviewer);
    const row = await this.getClean(documentId);
    const id = documentId.toLowerCase();
    const bytes = await this.vault.get(id, {
      storageKey: row.storage_key,
      dataKeyEncrypted: row.data_key_encrypted,
    });
    // Before the bytes leave: who could not be recorded sees nothing.
    await this.database.transaction((tx) =>
      this.audit.record(tx, {
        action: 'document.viewed',
        actor: reviewer.account.uid,
        target: row.uid,
        origin,
        details: { document: id, type: row.doc_type },
      }),
    );
    return { bytes, contentType: row.content_type, filename: filenameOf(row) };
  }

  private async getClean(documentId: string): Promise<FileRow> {
    const rows = isDocumentId(documentId)
      ? await this.database.query<FileRow>('document-file', FIND, [documentId])
      : [];
    const row = rows[0];
    if (!row) throw DocumentErrors.notFound();
    if (row.scan_state === 'infected') throw DocumentErrors.infected();
    if (row.scan_state !== 'clean') throw DocumentErrors.notScanned();
    return row;
  }
}

function filenameOf({ doc_type, uid, content_type }: FileRow): string {
  const extension = content_type === 'image/png' ? 'png' : 'jpg';
  return `${doc_type.toLowerCase().replaceAll(' ', '-')}-${uid}.${extension}`;
}

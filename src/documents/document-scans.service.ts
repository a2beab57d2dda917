import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { EventsService } from '../events/events.service.js';
import type { EventRecord } from '../events/event-record.js';
import { Database } from '../infra/database/database.service.js';
import { MalwareScanner, type ScanVerdict } from '../infra/malware-scan/malware-scanner.js';
import { documentEventRecord } from './document-event-record.js';
import { DocumentVault } from './document-vault.service.js';

interface WaitingFile {
  storage_key: string;
  data_key_encrypted: Buffer;
}

interface Judged {
  uid: string;
  before: EventRecord;
  after: EventRecord;
}

const KEEP_VERDICT = `
  UPDATE documents SET scan_state = $2, updated_at = now()
  FROM accounts, (SELECT ${documentEventRecord('accounts.uid')} AS before FROM documents
    JOIN accounts ON accounts.id = documents.account_id WHERE documents.id = $1 FOR NO KEY UPDATE OF documents) AS held
  WHERE documents.id = $1 AND scan_state IN ('pending', 'error') AND accounts.id = documents.account_id
  RETURNING accounts.uid, before, ${documentEventRecord('accounts.uid')} AS after`;

/** Has single documents looked at for malware. It fails closed: what was not called clean, no reviewer opens (C-66). */
@Injectable()
export class DocumentScansService {
  constructor(
    private readonly database: Database,
    private readonly scanner: MalwareScanner,
    private readonly vault: DocumentVault,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /**
   * Does nothing for a document that is gone or judged already.
   * @throws Error when the scanner or the store did not answer, or the scanner could not judge: to be tried again
   */
  async scan(documentId: string): Promise<void> {
    const [file] = await this.database.query<WaitingFile>(
      'document-to-scan',
      `SELECT storage_key, data_key_encrypted FROM documents WHERE id = $1 AND scan_state IN ('pending', 'error')`,
      [documentId],
    );
    if (!file) return;
    const stored = { storageKey: file.storage_key, dataKeyEncrypted: file.data_key_encrypted };
    const verdict = await this.scanner.scan(await this.vault.get(documentId, stored));
    await this.keep(documentId, verdict);
    if (verdict === 'error') throw new Error('the scanner could not judge the document');
  }

  private async keep(documentId: string, verdict: ScanVerdict): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[Judged[], number]>(KEEP_VERDICT, [documentId, verdict]);
      const [row] = rows;
      if (!row) return;
      await this.events.recordUpdate(tx, 'document', row.before, row.after);
      if (verdict !== 'infected') return;
      const details = { document: documentId };
      await this.audit.record(tx, { action: 'document.found_infected', actor: null, target: row.uid, details });
    });
  }
}

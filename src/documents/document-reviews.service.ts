import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import type { EventRecord } from '../events/event-record.js';
import { Database } from '../infra/database/database.service.js';
import { documentEventRecord } from './document-event-record.js';
import type { DocumentState, ScanState } from './document.entity.js';
import { DocumentErrors } from './documents.errors.js';
import { assertReviewer, isDocumentId } from './reviewer.js';

/** What a reviewer can say of a document. */
export type DocumentDecision = Exclude<DocumentState, 'pending'>;

interface ReviewRow {
  account_id: string;
  uid: string;
  scan_state: ScanState;
  record: EventRecord;
}

/** Reviewers judge documents. */
@Injectable()
export class DocumentReviewsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /**
   * A decision may be changed later. What was not found clean nobody has seen, so it can only be rejected.
   * @throws AppError 403 for anybody but a reviewer and for one's own documents, 404 for an unknown one, 409 when a
   * document that was not found clean would be approved
   */
  async decide(
    reviewer: Principal,
    documentId: string,
    decision: DocumentDecision,
    origin: RequestOrigin,
  ): Promise<void> {
    assertReviewer(reviewer);
    if (!isDocumentId(documentId)) throw DocumentErrors.notFound();
    await this.database.transaction(async (tx) => {
      const document = await this.hold(tx, documentId);
      if (document.account_id === reviewer.account.id) throw DocumentErrors.ownDocument();
      if (decision === 'approved') assertClean(document.scan_state);
      const [[updated]] = await tx.query<[[{ record: EventRecord }], number]>(
        `UPDATE documents SET state = $2, updated_at = now() WHERE id = $1
         RETURNING ${documentEventRecord('$3::text')} AS record`,
        [documentId, decision, document.uid],
      );
      await this.audit.record(tx, {
        action: `document.${decision}`,
        actor: reviewer.account.uid,
        target: document.uid,
        origin,
        details: { document: documentId.toLowerCase() },
      });
      await this.events.recordUpdate(tx, 'document', document.record, updated.record);
      const record = { uid: document.uid, document_id: updated.record.id, state: decision };
      await this.events.record(tx, { name: 'document.reviewed', record });
    });
  }

  private async hold(tx: EntityManager, documentId: string): Promise<ReviewRow> {
    const [document] = await tx.query<ReviewRow[]>(
      `SELECT account_id, accounts.uid, scan_state, ${documentEventRecord('accounts.uid')} AS record FROM documents JOIN accounts ON accounts.id = documents.account_id
       WHERE documents.id = $1 FOR UPDATE OF documents`,
      [documentId],
    );
    if (!document) throw DocumentErrors.notFound();
    return document;
  }
}

function assertClean(scanState: ScanState): void {
  if (scanState === 'infected') throw DocumentErrors.infected();
  if (scanState !== 'clean') throw DocumentErrors.notScanned();
}

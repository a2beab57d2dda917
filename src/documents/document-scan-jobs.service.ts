import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../infra/database/database.service.js';
import { MalwareScanner } from '../infra/malware-scan/malware-scanner.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import type { ScanState } from './document.entity.js';
import { DocumentScansService } from './document-scans.service.js';

const SCAN = 'documents.scan';
const RESCAN = 'documents.rescan';
const HOURLY = '53 * * * *';
/** Of one round; the next one takes the rest. */
const MOST_RESCANS = 1000;

/** When documents are scanned: right after they came, and for as long as nobody has judged them. */
@Injectable()
export class DocumentScanJobs implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly scanner: MalwareScanner,
    private readonly scans: DocumentScansService,
    private readonly queue: JobQueue,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.handle(SCAN, (payload) => this.scans.scan((payload as { id: string }).id));
    this.worker.repeat(RESCAN, HOURLY, () => this.rescan());
  }

  /** State of a document that has just come. */
  get initialState(): ScanState {
    return this.scanner.isConfigured ? 'pending' : 'clean';
  }

  /** Asks for the scan of a document of this transaction, if there is a scanner. */
  async schedule(tx: EntityManager, documentId: string): Promise<void> {
    if (this.scanner.isConfigured) await this.add(tx, documentId);
  }

  /** Asks again for documents that the scanner owed an answer for an hour: their jobs may have been given up. */
  async rescan(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<{ id: string }[]>(
        `SELECT id FROM documents
         WHERE scan_state <> 'clean' AND scan_state IN ('pending', 'error') AND updated_at < now() - interval '1 hour'
         ORDER BY updated_at LIMIT ${MOST_RESCANS}`,
      );
      for (const { id } of rows) await this.add(tx, id);
    });
  }

  private add(tx: EntityManager, id: string): Promise<void> {
    return this.queue.add(tx, SCAN, { id }, { key: `${SCAN}:${id}` });
  }
}

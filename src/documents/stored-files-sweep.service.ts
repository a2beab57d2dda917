import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../infra/database/database.service.js';
import { cleanUpRows } from '../infra/metrics/metrics.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { FileStore } from '../infra/storage/file-store.js';

const SWEEP = 'documents.sweep_files';
const HOURLY = '23 * * * *';
/** Far longer than any upload takes from its file to its row. */
const GRACE_MS = 3_600_000;

/**
 * Removes files that no row names: of uploads that broke off between file and row, and of documents that went with
 * their account. The store must belong to this database alone.
 */
@Injectable()
export class StoredFilesSweepService implements OnModuleInit {
  private readonly logger = new Logger('Documents');

  constructor(
    private readonly database: Database,
    private readonly files: FileStore,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.repeat(SWEEP, HOURLY, async () => void (await this.sweep(new Date(Date.now() - GRACE_MS))));
  }

  /** @param before files written since then are left alone. @returns how many were removed */
  async sweep(before: Date): Promise<number> {
    let removed = 0;
    for await (const keys of this.files.listOlderThan(before)) {
      for (const key of await this.withoutRow(keys)) {
        await this.files.remove(key);
        removed += 1;
        cleanUpRows.inc({ table: 'document_files' });
      }
    }
    if (removed > 0) this.logger.log({ msg: 'removed files without a document', count: removed });
    return removed;
  }

  private async withoutRow(keys: string[]): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(
      'files-without-document',
      `SELECT key FROM unnest($1::text[]) AS key
       WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.storage_key = key)`,
      [keys],
    );
    return rows.map(({ key }) => key);
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LabelScope } from './label-row.js';

/** A label of another server; key and value are valid. Times are ISO 8601. */
export interface ImportedLabel {
  accountId: string;
  key: string;
  value: string;
  scope: LabelScope;
  createdAt: string;
  updatedAt: string;
}

/** Labels that come with accounts of another server. */
@Injectable()
export class LabelImportService {
  /** @param labels of new accounts, each key of an account once */
  async add(tx: EntityManager, labels: ImportedLabel[]): Promise<void> {
    await tx.query(
      `INSERT INTO labels (account_id, key, value, scope, created_at, updated_at)
       SELECT "accountId", key, value, scope, "createdAt", "updatedAt"
       FROM json_to_recordset($1) AS given("accountId" bigint, key text, value text, scope text,
         "createdAt" timestamptz, "updatedAt" timestamptz)`,
      [JSON.stringify(labels)],
    );
  }
}

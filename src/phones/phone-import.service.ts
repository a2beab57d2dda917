import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** A number that its owner proved to another server. Times are ISO 8601. */
export interface ImportedPhone {
  accountId: string;
  /** E.164. */
  number: string;
  countryCode: string | null;
  verifiedAt: string;
  createdAt: string;
}

/** Verified numbers that come with accounts of another server. */
@Injectable()
export class PhoneImportService {
  /**
   * A number belongs to whoever has it first, in the order given.
   * @returns what was not put in, because the number is somebody else's or the account has it twice
   */
  async add(tx: EntityManager, phones: ImportedPhone[]): Promise<ImportedPhone[]> {
    const rows = await tx.query<{ ordinality: string }[]>(
      `WITH given AS (
         SELECT * FROM ROWS FROM (json_to_recordset($1) AS ("accountId" bigint, number text, "countryCode" text,
           "verifiedAt" timestamptz, "createdAt" timestamptz)) WITH ORDINALITY),
       phone AS (
         INSERT INTO phones (account_id, number, country_code, verified_at, created_at, updated_at)
         SELECT "accountId", number, "countryCode", "verifiedAt", "createdAt", "verifiedAt" FROM given ORDER BY ordinality
         ON CONFLICT DO NOTHING RETURNING account_id, number)
       SELECT min(ordinality) AS ordinality FROM phone JOIN given ON "accountId" = account_id AND given.number = phone.number
       GROUP BY account_id, phone.number`,
      [JSON.stringify(phones)],
    );
    const put = new Set(rows.map(({ ordinality }) => Number(ordinality) - 1));
    return phones.filter((_, index) => !put.has(index));
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../infra/database/database.service.js';

export interface ListedPhone {
  /** E.164. */
  number: string;
  /** ISO 3166-1 alpha-2; null for numbers of no country. */
  country: string | null;
  verified: boolean;
}

/** The phones of an account, for whoever shows them. */
@Injectable()
export class PhonesService {
  constructor(private readonly database: Database) {}

  /** The verified ones first, and the newest first among them. */
  listOf(accountId: string): Promise<ListedPhone[]> {
    return this.database.query<ListedPhone>(
      'phones-of-account',
      `SELECT number, country_code AS country, verified_at IS NOT NULL AS verified FROM phones
       WHERE account_id = $1 ORDER BY verified_at DESC NULLS LAST, updated_at DESC, id DESC`,
      [accountId],
    );
  }

  /** The number that was verified last, in E.164; undefined when there is none. */
  async verifiedNumberOf(accountId: string): Promise<string | undefined> {
    const rows = await this.database.query<{ number: string }>(
      'verified-phone-of-account',
      `SELECT number FROM phones WHERE account_id = $1 AND verified_at IS NOT NULL
       ORDER BY verified_at DESC, id DESC LIMIT 1`,
      [accountId],
    );
    return rows[0]?.number;
  }
}

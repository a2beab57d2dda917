import { Injectable } from '@nestjs/common';
import { Database } from './database.service.js';
import { MIGRATIONS } from './data-source-options.js';

/** Whether the database is the one this program was written for. */
@Injectable()
export class SchemaService {
  private readonly newest = MIGRATIONS.at(-1)?.name ?? '';

  constructor(private readonly database: Database) {}

  /** True when the newest migration this program knows has run; a newer database is fine. Throws when it is away. */
  async isCurrent(): Promise<boolean> {
    const rows = await this.database.query<{ current: boolean }>(
      'schema-is-current',
      `SELECT EXISTS (SELECT 1 FROM migrations WHERE name = $1) AS current`,
      [this.newest],
    );
    return rows[0]?.current ?? false;
  }
}

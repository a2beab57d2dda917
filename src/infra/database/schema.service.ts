import { Injectable, Logger } from '@nestjs/common';
import { Database } from './database.service.js';
import { MIGRATIONS } from './data-source-options.js';

/** Whether the database is the one this program was written for. */
@Injectable()
export class SchemaService {
  private readonly logger = new Logger('Database');
  private readonly newest = MIGRATIONS.at(-1)?.name ?? '';

  constructor(private readonly database: Database) {}

  /** True when the newest migration this program knows has run; a newer database is fine. Throws when it is away. */
  async isCurrent(): Promise<boolean> {
    return (await this.look()).current;
  }

  /** Whether it is current and may be written to, unlike the one that was the primary before a failover (C-93). */
  async isUsable(): Promise<boolean> {
    const { current, read_only } = await this.look();
    if (!current) this.logger.warn('The database is behind this program; run: npm run cli -- migrate');
    if (read_only) {
      this.logger.warn('The database is read-only; new connections are made');
      this.database.renewConnections();
    }
    return current && !read_only;
  }

  private async look(): Promise<{ current: boolean; read_only: boolean }> {
    const rows = await this.database.query<{ current: boolean; read_only: boolean }>(
      'schema-is-current',
      `SELECT EXISTS (SELECT 1 FROM migrations WHERE name = $1) AS current,
         current_setting('transaction_read_only')::boolean AS read_only`,
      [this.newest],
    );
    return rows[0] ?? { current: false, read_only: false };
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../infra/database/database.service.js';

/** An origin that was added or taken away counts after this time at the latest. */
const REMEMBERED_MS = 10_000;

/** Which websites' scripts may call the API: what the applications name as their origins. */
@Injectable()
export class AllowedOrigins {
  private origins: Promise<Set<string>> | undefined;
  private readAt = 0;

  constructor(private readonly database: Database) {}

  async includes(origin: string): Promise<boolean> {
    if (!this.origins || Date.now() - this.readAt > REMEMBERED_MS) {
      this.readAt = Date.now();
      this.origins = this.read();
      this.origins.catch(() => (this.origins = undefined));
    }
    return (await this.origins).has(origin);
  }

  private async read(): Promise<Set<string>> {
    const rows = await this.database.query<{ origin: string }>(
      'allowed-origins',
      'SELECT DISTINCT unnest(allowed_origins) AS origin FROM applications',
      [],
    );
    return new Set(rows.map((row) => row.origin));
  }
}

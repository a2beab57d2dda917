import { Injectable } from '@nestjs/common';
import { Database } from '../infra/database/database.service.js';
import { CleanUps } from '../infra/queue/clean-ups.service.js';

/** What hangs on an application by a foreign key that would take all of it along at once. */
const HANGING = ['sessions', 'consents'] as const;

const removal = (table: (typeof HANGING)[number]): string => `
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table}
    WHERE application_id = ANY (ARRAY(SELECT id FROM applications WHERE deleted_at IS NOT NULL))
    LIMIT $1 FOR UPDATE SKIP LOCKED))
  RETURNING 1`;

const REMOVE_APPLICATIONS = `
  DELETE FROM applications WHERE deleted_at IS NOT NULL
  ${HANGING.map((table) => `AND NOT EXISTS (SELECT 1 FROM ${table} WHERE application_id = applications.id)`).join(' ')}
  RETURNING id`;

/** Removes deleted applications, after all that hangs on them. */
@Injectable()
export class ApplicationSweeps {
  constructor(
    private readonly database: Database,
    cleanUps: CleanUps,
  ) {
    cleanUps.addSweep('deleted_applications', (most) => this.remove(most));
  }

  private async remove(most: number): Promise<number> {
    for (const table of HANGING) {
      const removed = await this.database.query(`remove-${table}-of-deleted`, removal(table), [most]);
      if (removed.length > 0) return removed.length;
    }
    return (await this.database.query('remove-deleted-applications', REMOVE_APPLICATIONS, [])).length;
  }
}

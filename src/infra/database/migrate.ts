import { runMigrations as migrateQueue } from 'graphile-worker';
import type { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import { exclusively } from './exclusively.js';
import { longWorkSettings, withLongWork } from './long-work.js';
import { createPool } from './pool.js';

/** Held while migrating, so that two deployments do not run the same step at once. */
const MIGRATION_LOCK = 7_264_001;

/**
 * Brings the schema and the queue's own tables up to date; does nothing when they are.
 * @returns names of the migrations that ran
 */
export function migrate(config: Config): Promise<string[]> {
  return exclusively(config, MIGRATION_LOCK, async () => {
    const ran = await migrateSchema(config);
    await migrateQueueTables(config);
    return ran;
  });
}

async function migrateSchema(config: Config): Promise<string[]> {
  return withLongWork(config, async (dataSource) => {
    const ran = await dataSource.runMigrations();
    await limitAuditPruning(dataSource, config);
    return ran.map((migration) => migration.name);
  });
}

/** Written by the tables' owner: the server's own role may be one that cannot shorten how long the audit log is kept. */
async function limitAuditPruning(dataSource: DataSource, { auditRetentionDays: days }: Config): Promise<void> {
  if (days === undefined) await dataSource.query('DELETE FROM audit_retention');
  else {
    await dataSource.query(
      'INSERT INTO audit_retention (days) VALUES ($1) ON CONFLICT (is_set) DO UPDATE SET days = excluded.days',
      [days],
    );
  }
}

async function migrateQueueTables(config: Config): Promise<void> {
  const pool = createPool(longWorkSettings(config), () => undefined);
  try {
    await migrateQueue({ pgPool: pool });
  } finally {
    await pool.end();
  }
}

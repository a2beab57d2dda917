import { runMigrations as migrateQueue } from 'graphile-worker';
import { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import { dataSourceOptions } from './data-source-options.js';
import { exclusively } from './exclusively.js';
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
  const options = dataSourceOptions(config);
  // Building an index may take longer than any request may; waiting for a lock may not.
  const dataSource = await new DataSource({
    ...options,
    extra: { ...(options.extra as object), max: 1, statement_timeout: 0 },
  }).initialize();
  try {
    const ran = await dataSource.runMigrations();
    await limitAuditPruning(dataSource, config);
    return ran.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
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
  const pool = createPool(config, 1, () => undefined, { statement_timeout: 0 });
  try {
    await migrateQueue({ pgPool: pool });
  } finally {
    await pool.end();
  }
}

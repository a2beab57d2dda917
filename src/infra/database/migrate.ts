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
    return (await dataSource.runMigrations()).map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
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

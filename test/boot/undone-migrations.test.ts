import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Config } from '../../src/config/config.js';
import { longWorkSettings } from '../../src/infra/database/long-work.js';
import { dataSourceOptions } from '../../src/infra/database/data-source-options.js';
import { createTestDatabase } from '../support/database.js';

/** The oldest of those that are undone here. */
const FIRST = 'AddDeletionMarks1790000036000';
const INDEXES = `
  SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index
  WHERE indrelid = 'webhook_deliveries'::regclass ORDER BY 1`;

describe('migrations that are undone', () => {
  it('can be done again, also those whose indexes are made while others write', async () => {
    const database = await createTestDatabase();
    const config = Config.load({ NODE_ENV: 'test', DATABASE_URL: database.url });
    const dataSource = await new DataSource(dataSourceOptions(config, longWorkSettings(config))).initialize();
    try {
      const before = await dataSource.query<{ name: string; valid: boolean }[]>(INDEXES);
      expect(before.filter(({ valid }) => !valid)).toEqual([]);
      let undone = 0;
      while ((await dataSource.query<unknown[]>('SELECT 1 FROM migrations WHERE name = $1', [FIRST])).length > 0) {
        await dataSource.undoLastMigration();
        undone += 1;
      }
      expect(await dataSource.runMigrations()).toHaveLength(undone);
      expect(await dataSource.query(INDEXES)).toEqual(before);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });
});

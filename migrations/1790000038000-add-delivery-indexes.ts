import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  webhook_deliveries_account_uid_idx: '(account_uid) WHERE account_uid IS NOT NULL',
  webhook_deliveries_forgotten_idx: '(id) WHERE is_forgotten',
} as const;

/** The table may be large: events go on being put down while its indexes are made. */
export class AddDeliveryIndexes1790000038000 implements MigrationInterface {
  name = 'AddDeliveryIndexes1790000038000';
  transaction = false as const;

  async up(db: QueryRunner): Promise<void> {
    // It waits for every transaction that began before, such as a backup's; nobody waits for it meanwhile.
    await db.query(`SET lock_timeout = '1h'`);
    for (const [name, on] of Object.entries(INDEXES)) {
      // One that broke off leaves an index of that name behind, which is of no use to anybody.
      await db.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
      await db.query(`CREATE INDEX CONCURRENTLY ${name} ON webhook_deliveries ${on}`);
    }
    await db.query('RESET lock_timeout');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX ${Object.keys(INDEXES).join(', ')}`);
  }
}

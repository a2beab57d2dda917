import type { MigrationInterface, QueryRunner } from 'typeorm';

/** While an application changes to its new secret, the one before it still counts. */
export class AddPreviousSecrets1790000015000 implements MigrationInterface {
  name = 'AddPreviousSecrets1790000015000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE applications
        ADD COLUMN previous_secret_hash bytea,
        ADD COLUMN previous_secret_expires_at timestamptz`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE applications DROP COLUMN previous_secret_hash, DROP COLUMN previous_secret_expires_at`);
  }
}

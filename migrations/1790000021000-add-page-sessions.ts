import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddPageSessions1790000021000 implements MigrationInterface {
  name = 'AddPageSessions1790000021000';

  async up(db: QueryRunner): Promise<void> {
    // Of the model Session only: which browser it is in, and when it was used last.
    await db.query(`
      ALTER TABLE oidc_records
        ADD COLUMN ip text,
        ADD COLUMN user_agent text,
        ADD COLUMN last_seen_at timestamptz,
        ADD COLUMN idle_expires_at timestamptz`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE oidc_records
        DROP COLUMN ip, DROP COLUMN user_agent, DROP COLUMN last_seen_at, DROP COLUMN idle_expires_at`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a level rests on. The level itself stays a column: it is read on every request. */
export class AddLevelFacts1790000006000 implements MigrationInterface {
  name = 'AddLevelFacts1790000006000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE accounts
        ADD COLUMN email_confirmed_at timestamptz,
        ADD COLUMN phone_verified_at timestamptz,
        ADD COLUMN identity_approved_at timestamptz`);
    await db.query(`UPDATE accounts SET email_confirmed_at = now() WHERE level >= 1`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE accounts
        DROP COLUMN email_confirmed_at, DROP COLUMN phone_verified_at, DROP COLUMN identity_approved_at`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddDeletionMarks1790000036000 implements MigrationInterface {
  name = 'AddDeletionMarks1790000036000';

  async up(db: QueryRunner): Promise<void> {
    // What is deleted and has very many rows is marked, which counts at once; the rows go in batches.
    await db.query(`
      ALTER TABLE webhooks ADD COLUMN deleted_at timestamptz, ADD COLUMN given_up_at timestamptz`);
    // Whose record is in the body, until that account is gone; is_forgotten: the body goes as soon as it was sent.
    await db.query(`
      ALTER TABLE webhook_deliveries ADD COLUMN account_uid text,
        ADD COLUMN is_forgotten boolean NOT NULL DEFAULT false`);
    // Last: until this is committed no request finds its application.
    await db.query(`ALTER TABLE applications ADD COLUMN deleted_at timestamptz`);
  }

  async down(db: QueryRunner): Promise<void> {
    // Without the marks they would be there again.
    await db.query(`DELETE FROM webhooks WHERE deleted_at IS NOT NULL`);
    await db.query(`DELETE FROM applications WHERE deleted_at IS NOT NULL`);
    await db.query(`ALTER TABLE webhook_deliveries DROP COLUMN is_forgotten, DROP COLUMN account_uid`);
    await db.query(`ALTER TABLE webhooks DROP COLUMN given_up_at, DROP COLUMN deleted_at`);
    await db.query(`ALTER TABLE applications DROP COLUMN deleted_at`);
  }
}

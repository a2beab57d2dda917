import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLabels1790000007000 implements MigrationInterface {
  name = 'CreateLabels1790000007000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE labels (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT labels_pkey PRIMARY KEY,
        account_id bigint NOT NULL CONSTRAINT labels_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        key text NOT NULL,
        value text NOT NULL,
        scope text NOT NULL DEFAULT 'public' CONSTRAINT labels_scope_check CHECK (scope IN ('public', 'private')),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT labels_account_id_key_key UNIQUE (account_id, key)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE labels');
  }
}

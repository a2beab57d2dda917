import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyKeys1790000034000 implements MigrationInterface {
  name = 'CreateIdempotencyKeys1790000034000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE idempotency_keys (
        account_id bigint CONSTRAINT idempotency_keys_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
        key_hash bytea,
        request_hash bytea NOT NULL,
        answer json NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (account_id, key_hash)
      )`);
    await db.query('CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE idempotency_keys');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEmailChanges1790000023000 implements MigrationInterface {
  name = 'CreateEmailChanges1790000023000';

  async up(db: QueryRunner): Promise<void> {
    // Each row holds its own copy of the address: the link that was sent there proves that address and no other.
    await db.query(`
      CREATE TABLE email_changes (
        account_id bigint CONSTRAINT email_changes_pkey PRIMARY KEY
          CONSTRAINT email_changes_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        new_email text NOT NULL,
        token_hash bytea NOT NULL CONSTRAINT email_changes_token_hash_key UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX email_changes_expires_at_idx ON email_changes (expires_at)`);
    // Several of an account count beside each other: a thief who changes the address twice ends no link of the owner.
    await db.query(`
      CREATE TABLE email_reverts (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT email_reverts_pkey PRIMARY KEY,
        account_id bigint NOT NULL
          CONSTRAINT email_reverts_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        old_email text NOT NULL,
        token_hash bytea NOT NULL CONSTRAINT email_reverts_token_hash_key UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX email_reverts_account_id_idx ON email_reverts (account_id)`);
    await db.query(`CREATE INDEX email_reverts_expires_at_idx ON email_reverts (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE email_reverts, email_changes');
  }
}

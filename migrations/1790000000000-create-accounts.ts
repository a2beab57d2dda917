import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccounts1790000000000 implements MigrationInterface {
  name = 'CreateAccounts1790000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE accounts (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT accounts_pkey PRIMARY KEY,
        uid text NOT NULL CONSTRAINT accounts_uid_key UNIQUE
          CONSTRAINT accounts_uid_check CHECK (uid ~ '^ID[0-9A-F]{10}$'),
        email text NOT NULL CONSTRAINT accounts_email_key UNIQUE,
        role text NOT NULL DEFAULT 'member'
          CONSTRAINT accounts_role_check CHECK (role IN ('member', 'compliance', 'admin')),
        state text NOT NULL DEFAULT 'pending'
          CONSTRAINT accounts_state_check CHECK (state IN ('pending', 'active', 'locked', 'banned')),
        level smallint NOT NULL DEFAULT 0 CONSTRAINT accounts_level_check CHECK (level BETWEEN 0 AND 3),
        otp_enabled boolean NOT NULL DEFAULT false,
        tokens_valid_after timestamptz NOT NULL DEFAULT date_trunc('second', now()),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await db.query(`
      CREATE TABLE credentials (
        account_id bigint CONSTRAINT credentials_pkey PRIMARY KEY
          CONSTRAINT credentials_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        password_hash text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await db.query(`
      CREATE TABLE email_confirmations (
        account_id bigint CONSTRAINT email_confirmations_pkey PRIMARY KEY
          CONSTRAINT email_confirmations_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        token_hash bytea NOT NULL CONSTRAINT email_confirmations_token_hash_key UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX email_confirmations_expires_at_idx ON email_confirmations (expires_at)`);
    await db.query(`
      CREATE TABLE password_resets (
        account_id bigint CONSTRAINT password_resets_pkey PRIMARY KEY
          CONSTRAINT password_resets_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        token_hash bytea NOT NULL CONSTRAINT password_resets_token_hash_key UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX password_resets_expires_at_idx ON password_resets (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE password_resets, email_confirmations, credentials, accounts');
  }
}

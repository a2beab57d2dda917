import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePasskeys1790000022000 implements MigrationInterface {
  name = 'CreatePasskeys1790000022000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE passkeys (
        id uuid CONSTRAINT passkeys_pkey PRIMARY KEY,
        account_id bigint NOT NULL
          CONSTRAINT passkeys_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        credential_id bytea NOT NULL CONSTRAINT passkeys_credential_id_key UNIQUE,
        public_key bytea NOT NULL,
        counter bigint NOT NULL,
        transports text[] NOT NULL,
        name text NOT NULL,
        aaguid uuid NOT NULL,
        is_synced boolean NOT NULL,
        backed_up boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz
      )`);
    await db.query(`CREATE INDEX passkeys_account_id_idx ON passkeys (account_id, created_at)`);
    // What a browser was asked to sign; without an account while nobody has said who they are.
    await db.query(`
      CREATE TABLE passkey_challenges (
        id_hash bytea CONSTRAINT passkey_challenges_pkey PRIMARY KEY,
        browser_hash bytea NOT NULL,
        purpose text NOT NULL,
        account_id bigint CONSTRAINT passkey_challenges_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX passkey_challenges_account_id_idx ON passkey_challenges (account_id)`);
    await db.query(`CREATE INDEX passkey_challenges_expires_at_idx ON passkey_challenges (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE passkey_challenges, passkeys');
  }
}

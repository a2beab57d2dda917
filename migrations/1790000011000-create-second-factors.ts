import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSecondFactors1790000011000 implements MigrationInterface {
  name = 'CreateSecondFactors1790000011000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE otp_secrets (
        account_id bigint CONSTRAINT otp_secrets_pkey PRIMARY KEY
          CONSTRAINT otp_secrets_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        secret_encrypted bytea NOT NULL,
        last_step bigint NOT NULL DEFAULT 0,
        enabled_at timestamptz NOT NULL DEFAULT now()
      )`);
    // Enrolment that was begun; it never touches the secret that is in force.
    await db.query(`
      CREATE TABLE otp_enrolments (
        account_id bigint CONSTRAINT otp_enrolments_pkey PRIMARY KEY
          CONSTRAINT otp_enrolments_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        secret_encrypted bytea NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX otp_enrolments_expires_at_idx ON otp_enrolments (expires_at)`);
    await db.query(`
      CREATE TABLE recovery_codes (
        account_id bigint NOT NULL
          CONSTRAINT recovery_codes_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        code_hash bytea NOT NULL,
        used_at timestamptz,
        CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_id, code_hash)
      )`);
    // Codes that were tried, right ones aside; a budget of each kind an account, however many sessions and addresses.
    await db.query(`
      CREATE TABLE otp_attempts (
        account_id bigint NOT NULL
          CONSTRAINT otp_attempts_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT otp_attempts_kind_check CHECK (kind IN ('otp', 'recovery_code')),
        counted_at timestamptz[] NOT NULL,
        owner_warned_at timestamptz,
        CONSTRAINT otp_attempts_pkey PRIMARY KEY (account_id, kind)
      )`);
    // A lost device: one member of staff asks, another one agrees.
    await db.query(`
      CREATE TABLE otp_recoveries (
        account_id bigint CONSTRAINT otp_recoveries_pkey PRIMARY KEY
          CONSTRAINT otp_recoveries_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        requested_by text NOT NULL,
        reason text NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE otp_recoveries, otp_attempts, recovery_codes, otp_enrolments, otp_secrets');
  }
}

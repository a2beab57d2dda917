import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProfiles1790000008000 implements MigrationInterface {
  name = 'CreateProfiles1790000008000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE profiles (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT profiles_pkey PRIMARY KEY,
        account_id bigint NOT NULL CONSTRAINT profiles_account_id_key UNIQUE
          CONSTRAINT profiles_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        first_name text NOT NULL,
        last_name text NOT NULL,
        dob date NOT NULL,
        address text NOT NULL,
        postcode text NOT NULL,
        city text NOT NULL,
        country text NOT NULL,
        country_code text CONSTRAINT profiles_country_code_check CHECK (country_code ~ '^[A-Z]{2}$'),
        metadata jsonb NOT NULL DEFAULT '{}',
        state text NOT NULL DEFAULT 'pending'
          CONSTRAINT profiles_state_check CHECK (state IN ('pending', 'approved', 'rejected')),
        reason text,
        reviewed_by text,
        reviewed_at timestamptz,
        submitted_at timestamptz NOT NULL DEFAULT now(),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await db.query(`CREATE INDEX profiles_state_idx ON profiles (state, submitted_at, id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE profiles');
  }
}

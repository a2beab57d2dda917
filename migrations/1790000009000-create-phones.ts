import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePhones1790000009000 implements MigrationInterface {
  name = 'CreatePhones1790000009000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE phones (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT phones_pkey PRIMARY KEY,
        account_id bigint NOT NULL CONSTRAINT phones_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        number text NOT NULL CONSTRAINT phones_number_check CHECK (number ~ '^\\+[1-9][0-9]{5,14}$'),
        country_code text CONSTRAINT phones_country_code_check CHECK (country_code ~ '^[A-Z]{2}$'),
        code_hash bytea,
        code_expires_at timestamptz,
        code_attempts smallint NOT NULL DEFAULT 0,
        verified_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT phones_account_id_number_key UNIQUE (account_id, number)
      )`);
    // A number belongs to whoever verified it; merely adding it claims nothing.
    await db.query(`CREATE UNIQUE INDEX phones_verified_number_key ON phones (number) WHERE verified_at IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE phones');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSigningKeys1790000003000 implements MigrationInterface {
  name = 'CreateSigningKeys1790000003000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE signing_keys (
        kid text CONSTRAINT signing_keys_pkey PRIMARY KEY,
        algorithm text NOT NULL CONSTRAINT signing_keys_algorithm_check CHECK (algorithm IN ('RS256', 'ES256')),
        status text NOT NULL CONSTRAINT signing_keys_status_check CHECK (status IN ('next', 'current', 'previous')),
        public_jwk jsonb NOT NULL,
        private_key_encrypted bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        activated_at timestamptz,
        retired_at timestamptz
      )`);
    await db.query(
      `CREATE UNIQUE INDEX signing_keys_one_current_idx ON signing_keys (algorithm) WHERE status = 'current'`,
    );
    await db.query(`CREATE UNIQUE INDEX signing_keys_one_next_idx ON signing_keys (algorithm) WHERE status = 'next'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE signing_keys');
  }
}

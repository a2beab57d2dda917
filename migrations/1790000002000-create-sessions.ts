import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSessions1790000002000 implements MigrationInterface {
  name = 'CreateSessions1790000002000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE sessions (
        id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
        account_id bigint NOT NULL
          CONSTRAINT sessions_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        application_id bigint NOT NULL
          CONSTRAINT sessions_application_id_fkey REFERENCES applications (id) ON DELETE CASCADE,
        ip text NOT NULL,
        user_agent text NOT NULL,
        amr text[] NOT NULL,
        authenticated_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        ended_at timestamptz
      )`);
    await db.query(`CREATE INDEX sessions_account_id_idx ON sessions (account_id, created_at DESC)`);
    await db.query(`CREATE INDEX sessions_application_id_idx ON sessions (application_id)`);
    await db.query(`CREATE INDEX sessions_expires_at_idx ON sessions (expires_at)`);
    await db.query(`
      CREATE TABLE revocations (
        id text CONSTRAINT revocations_pkey PRIMARY KEY,
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX revocations_expires_at_idx ON revocations (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE revocations, sessions');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOidcRecords1790000020000 implements MigrationInterface {
  name = 'CreateOidcRecords1790000020000';

  async up(db: QueryRunner): Promise<void> {
    // Ids are hashes and payloads are encrypted: a copy of the table has no code, token or cookie in it.
    await db.query(`
      CREATE TABLE oidc_records (
        model text NOT NULL,
        id_hash bytea NOT NULL,
        payload bytea NOT NULL,
        grant_hash bytea,
        uid_hash bytea,
        user_code_hash bytea,
        account_uid text,
        client_id text,
        authenticated_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        consumed_at timestamptz,
        CONSTRAINT oidc_records_pkey PRIMARY KEY (model, id_hash)
      )`);
    await db.query(`CREATE INDEX oidc_records_grant_idx ON oidc_records (grant_hash) WHERE grant_hash IS NOT NULL`);
    await db.query(`CREATE INDEX oidc_records_uid_idx ON oidc_records (uid_hash) WHERE uid_hash IS NOT NULL`);
    await db.query(
      `CREATE UNIQUE INDEX oidc_records_user_code_key ON oidc_records (user_code_hash) WHERE user_code_hash IS NOT NULL`,
    );
    await db.query(`CREATE INDEX oidc_records_account_idx ON oidc_records (account_uid) WHERE account_uid IS NOT NULL`);
    await db.query(`CREATE INDEX oidc_records_expires_at_idx ON oidc_records (expires_at)`);
    // What a person has agreed to, so that they are not asked again at every sign-in.
    await db.query(`
      CREATE TABLE consents (
        account_id bigint NOT NULL CONSTRAINT consents_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        application_id bigint NOT NULL
          CONSTRAINT consents_application_id_fkey REFERENCES applications (id) ON DELETE CASCADE,
        scopes text[] NOT NULL,
        granted_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT consents_pkey PRIMARY KEY (account_id, application_id)
      )`);
    await db.query(`CREATE INDEX consents_application_id_idx ON consents (application_id)`);
    // A right password that still waits for its second factor, at one sign-in page.
    await db.query(`
      CREATE TABLE sign_in_challenges (
        id_hash bytea CONSTRAINT sign_in_challenges_pkey PRIMARY KEY,
        account_id bigint NOT NULL
          CONSTRAINT sign_in_challenges_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        password_hash text NOT NULL,
        place text NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX sign_in_challenges_expires_at_idx ON sign_in_challenges (expires_at)`);
    await db.query(`ALTER TABLE applications ADD COLUMN backchannel_logout_uri text`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE applications DROP COLUMN backchannel_logout_uri`);
    await db.query('DROP TABLE sign_in_challenges, consents, oidc_records');
  }
}

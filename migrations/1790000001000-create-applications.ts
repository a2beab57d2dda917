import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApplications1790000001000 implements MigrationInterface {
  name = 'CreateApplications1790000001000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE applications (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT applications_pkey PRIMARY KEY,
        uid text NOT NULL CONSTRAINT applications_uid_key UNIQUE,
        name text NOT NULL,
        kind text NOT NULL DEFAULT 'confidential'
          CONSTRAINT applications_kind_check CHECK (kind IN ('confidential', 'public')),
        secret_hash bytea,
        redirect_uris text[] NOT NULL DEFAULT '{}',
        post_logout_redirect_uris text[] NOT NULL DEFAULT '{}',
        scopes text[] NOT NULL DEFAULT '{}',
        grant_types text[] NOT NULL DEFAULT '{authorization_code,refresh_token}',
        allowed_origins text[] NOT NULL DEFAULT '{}',
        first_party boolean NOT NULL DEFAULT false,
        skip_consent boolean NOT NULL DEFAULT false,
        require_pkce boolean NOT NULL DEFAULT true,
        signing_alg text NOT NULL DEFAULT 'RS256'
          CONSTRAINT applications_signing_alg_check CHECK (signing_alg IN ('RS256', 'ES256')),
        access_token_lifetime integer NOT NULL DEFAULT 900
          CONSTRAINT applications_access_token_lifetime_check CHECK (access_token_lifetime BETWEEN 60 AND 86400),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT applications_secret_check CHECK (kind = 'public' OR secret_hash IS NOT NULL),
        CONSTRAINT applications_pkce_check CHECK (kind <> 'public' OR require_pkce)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE applications');
  }
}

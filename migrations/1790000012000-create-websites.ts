import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWebsites1790000012000 implements MigrationInterface {
  name = 'CreateWebsites1790000012000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE websites (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT websites_pkey PRIMARY KEY,
        host text NOT NULL CONSTRAINT websites_host_key UNIQUE,
        name text NOT NULL,
        primary_color text CONSTRAINT websites_primary_color_check CHECK (primary_color ~ '^#[0-9a-f]{6}$'),
        background_color text CONSTRAINT websites_background_color_check CHECK (background_color ~ '^#[0-9a-f]{6}$'),
        logo_path text,
        support_email text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE websites');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProxySightings1790000030000 implements MigrationInterface {
  name = 'CreateProxySightings1790000030000';

  async up(db: QueryRunner): Promise<void> {
    // One row a value of TRUST_PROXY, so that what was seen before a change is not held against what is set now.
    await db.query(`
      CREATE TABLE proxy_sightings (
        trusted text CONSTRAINT proxy_sightings_pkey PRIMARY KEY,
        seen_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX proxy_sightings_seen_at_idx ON proxy_sightings (seen_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE proxy_sightings');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSignInCounters1790000026000 implements MigrationInterface {
  name = 'CreateSignInCounters1790000026000';

  async up(db: QueryRunner): Promise<void> {
    // Keys are fingerprints: of an address with a network, or of an address alone. Addresses without an account count too.
    await db.query(`
      CREATE TABLE sign_in_counters (
        key bytea CONSTRAINT sign_in_counters_pkey PRIMARY KEY,
        failures integer NOT NULL,
        counted_at timestamptz NOT NULL,
        blocked_until timestamptz NOT NULL,
        owner_warned_at timestamptz
      )`);
    await db.query(`CREATE INDEX sign_in_counters_counted_at_idx ON sign_in_counters (counted_at)`);
    // Where an account was signed in from; its owner gets in from there while others are made to wait.
    await db.query(`
      CREATE TABLE known_networks (
        key bytea CONSTRAINT known_networks_pkey PRIMARY KEY,
        seen_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX known_networks_seen_at_idx ON known_networks (seen_at)`);
    await db.query(`
      CREATE TABLE sign_in_unlocks (
        account_id bigint CONSTRAINT sign_in_unlocks_pkey PRIMARY KEY
          CONSTRAINT sign_in_unlocks_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        token_hash bytea NOT NULL CONSTRAINT sign_in_unlocks_token_hash_key UNIQUE,
        expires_at timestamptz NOT NULL
      )`);
    await db.query(`CREATE INDEX sign_in_unlocks_expires_at_idx ON sign_in_unlocks (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE sign_in_unlocks, known_networks, sign_in_counters');
  }
}

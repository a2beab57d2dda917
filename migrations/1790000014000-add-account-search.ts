import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes for the staff's lists: by the beginning of an address or uid, by state, role and level together, and newest
 * first. What the lists filter by is in each of them, so that a search reads no rows that it does not show.
 */
export class AddAccountSearch1790000014000 implements MigrationInterface {
  name = 'AddAccountSearch1790000014000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX accounts_email_prefix_idx ON accounts (email text_pattern_ops) INCLUDE (id, state, role, level)`);
    await db.query(`
      CREATE INDEX accounts_uid_prefix_idx ON accounts (uid text_pattern_ops) INCLUDE (id, state, role, level)`);
    await db.query(`CREATE INDEX accounts_facets_idx ON accounts (state, role, level, id)`);
    await db.query(`CREATE INDEX accounts_newest_idx ON accounts (id DESC) INCLUDE (state, role, level)`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const name of ['email_prefix', 'uid_prefix', 'facets', 'newest']) {
      await db.query(`DROP INDEX accounts_${name}_idx`);
    }
  }
}

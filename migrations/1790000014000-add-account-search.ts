import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes for the staff's lists: newest first, by role and state, and by the beginning of an address or uid. */
export class AddAccountSearch1790000014000 implements MigrationInterface {
  name = 'AddAccountSearch1790000014000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX accounts_email_prefix_idx ON accounts (email text_pattern_ops)`);
    await db.query(`CREATE INDEX accounts_uid_prefix_idx ON accounts (uid text_pattern_ops)`);
    await db.query(`CREATE INDEX accounts_state_idx ON accounts (state, id DESC) WHERE state <> 'active'`);
    await db.query(`CREATE INDEX accounts_role_idx ON accounts (role, id DESC) WHERE role <> 'member'`);
    await db.query(`CREATE INDEX accounts_level_idx ON accounts (level, id DESC)`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const name of ['email_prefix', 'uid_prefix', 'state', 'role', 'level']) {
      await db.query(`DROP INDEX accounts_${name}_idx`);
    }
  }
}

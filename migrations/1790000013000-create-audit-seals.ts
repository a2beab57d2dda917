import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The chain over the audit entries. It stands beside them, so that whoever adds an entry waits for nobody: one job
 * seals what has been added, in order.
 */
export class CreateAuditSeals1790000013000 implements MigrationInterface {
  name = 'CreateAuditSeals1790000013000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit_seals (
        entry_id bigint CONSTRAINT audit_seals_pkey PRIMARY KEY,
        position bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_seals_position_key UNIQUE,
        hash bytea NOT NULL,
        sealed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await db.query(`
      CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    await db.query(`CREATE INDEX audit_entries_action_idx ON audit_entries (action text_pattern_ops, id DESC)`);
    // Entries are added in the order of time, so a few bytes for every hundred pages find a day again.
    await db.query(`CREATE INDEX audit_entries_at_idx ON audit_entries USING brin (at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX audit_entries_action_idx, audit_entries_at_idx');
    await db.query('DROP TABLE audit_seals');
  }
}

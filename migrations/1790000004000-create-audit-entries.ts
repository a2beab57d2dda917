import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAuditEntries1790000004000 implements MigrationInterface {
  name = 'CreateAuditEntries1790000004000';

  async up(db: QueryRunner): Promise<void> {
    // No foreign keys: the record outlives the accounts and applications it speaks of.
    await db.query(`
      CREATE TABLE audit_entries (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_entries_pkey PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        actor_uid text,
        action text NOT NULL,
        target text,
        ip text,
        user_agent_hash bytea,
        request_id text,
        details jsonb NOT NULL DEFAULT '{}'
      )`);
    await db.query(`CREATE INDEX audit_entries_target_idx ON audit_entries (target, id DESC)`);
    await db.query(`CREATE INDEX audit_entries_actor_uid_idx ON audit_entries (actor_uid, id DESC)`);
    await db.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await db.query(`
      CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE audit_entries');
    await db.query('DROP FUNCTION refuse_audit_change');
  }
}

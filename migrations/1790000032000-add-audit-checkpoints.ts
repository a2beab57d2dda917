import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The oldest entries of the audit log may go, oldest first and never one that is younger than `migrate` wrote down: a
 * checkpoint keeps the last seal before what is kept, so that the chain begins there, and the log itself says that it
 * was made. Nothing else can be removed, by whomever (CONTROLS C-76).
 */
export class AddAuditCheckpoints1790000032000 implements MigrationInterface {
  name = 'AddAuditCheckpoints1790000032000';

  async up(db: QueryRunner): Promise<void> {
    // Nobody's own tables of these names may come before ours.
    const [{ schema }] = (await db.query('SELECT quote_ident(current_schema()) AS schema')) as [{ schema: string }];
    const ours = `LANGUAGE plpgsql SET search_path = ${schema}, pg_temp`;
    await db.query(`
      CREATE TABLE audit_checkpoints (
        position bigint CONSTRAINT audit_checkpoints_pkey PRIMARY KEY,
        hash bytea NOT NULL,
        entries bigint NOT NULL,
        pruned_at timestamptz NOT NULL
      )`);
    await createMinimum(db, ours);
    await createCheckpoints(db, ours);
    await createPruning(db, ours);
    await createRemoval(db, ours);
    await createPositions(db, ours);
    for (const table of ['audit_entries', 'audit_seals']) {
      await db.query(`DROP TRIGGER ${table}_append_only ON ${table}`);
      await db.query(`
        CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    }
    // Forgotten when these small tables were made; the clean-up looks for them.
    await db.query('CREATE INDEX otp_recoveries_expires_at_idx ON otp_recoveries (expires_at)');
    await db.query('CREATE INDEX review_claims_expires_at_idx ON review_claims (expires_at)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX otp_recoveries_expires_at_idx, review_claims_expires_at_idx');
    for (const table of ['audit_entries', 'audit_seals']) {
      await db.query(`DROP TRIGGER ${table}_append_only ON ${table}`);
      await db.query(`DROP TRIGGER ${table}_kept ON ${table}`);
      await db.query(`
        CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    }
    await db.query('DROP TRIGGER audit_seals_in_order ON audit_seals');
    await db.query(
      'DROP FUNCTION prune_audit, remove_pruned_audit, keep_audit_entry, keep_audit_seal, order_audit_seal',
    );
    await db.query('DROP TABLE audit_checkpoints, audit_retention');
    await db.query('DROP FUNCTION check_audit_checkpoint, audit_kept_since');
  }
}

const REFUSE = `RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'insufficient_privilege'`;

/** What the owner's `migrate` was told, so that it binds whoever may call prune_audit. No row: everything is kept. */
async function createMinimum(db: QueryRunner, ours: string): Promise<void> {
  await db.query(`
    CREATE TABLE audit_retention (
      is_set boolean DEFAULT true CONSTRAINT audit_retention_pkey PRIMARY KEY CONSTRAINT audit_retention_one CHECK (is_set),
      days integer NOT NULL CONSTRAINT audit_retention_days_check CHECK (days >= 30)
    )`);
  // In hours, for the length of a day depends on the caller's time zone.
  await db.query(`
    CREATE FUNCTION audit_kept_since() RETURNS timestamptz STABLE ${ours} AS $$
    BEGIN
      RETURN coalesce((SELECT now() - days * interval '24 hours' FROM audit_retention), '-infinity');
    END $$`);
}

/** A checkpoint is only ever made over sealed entries without a gap that are old enough, and is recorded. */
async function createCheckpoints(db: QueryRunner, ours: string): Promise<void> {
  await db.query(`
    CREATE FUNCTION check_audit_checkpoint() RETURNS trigger ${ours} AS $$
    DECLARE
      last bigint := coalesce((SELECT max(position) FROM audit_checkpoints), 0);
      covered record;
    BEGIN
      SELECT count(*) AS entries, count(entry.id) AS present, max(entry.at) AS newest INTO covered
      FROM audit_seals AS seal LEFT JOIN audit_entries AS entry ON entry.id = seal.entry_id
      WHERE seal.position > last AND seal.position <= NEW.position;
      -- The newest seal stays: the next one follows it.
      IF covered.entries = 0 OR covered.present < covered.entries OR covered.newest > audit_kept_since()
        OR NEW.position >= (SELECT max(position) FROM audit_seals) THEN
        ${REFUSE};
      END IF;
      NEW.hash := (SELECT hash FROM audit_seals WHERE position = NEW.position);
      NEW.entries := covered.entries;
      NEW.pruned_at := now();
      INSERT INTO audit_entries (action, details) VALUES ('audit.pruned', jsonb_build_object(
        'entries', covered.entries, 'newest', covered.newest, 'position', NEW.position, 'seal', encode(NEW.hash, 'hex')));
      RETURN NEW;
    END $$`);
  await db.query(`
    CREATE TRIGGER audit_checkpoints_valid BEFORE INSERT ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION check_audit_checkpoint()`);
  await db.query(`
    CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
}

async function createPruning(db: QueryRunner, ours: string): Promise<void> {
  // The oldest entries up to the first that is too young, not sealed in order, or missing: what was tampered with stays.
  await db.query(`
    CREATE FUNCTION prune_audit(keep interval, most integer) RETURNS bigint SECURITY DEFINER ${ours} AS $$
    DECLARE
      last bigint;
      until bigint;
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM audit_retention) THEN
        RAISE EXCEPTION 'audit entries are append-only: migrate was not told AUDIT_RETENTION_DAYS'
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM pg_advisory_xact_lock(7264005);
      last := coalesce((SELECT max(position) FROM audit_checkpoints), 0);
      SELECT max(position) INTO until FROM (
        SELECT seal.position, bool_and(coalesce(entry.at < least(now() - keep, audit_kept_since()), false))
          OVER (ORDER BY seal.position) AS is_old
        FROM (
          SELECT position, entry_id FROM audit_seals
          WHERE position > last AND position < (SELECT max(position) FROM audit_seals)
          ORDER BY position LIMIT most) AS seal
        LEFT JOIN audit_entries AS entry ON entry.id = seal.entry_id) AS oldest
      WHERE is_old;
      IF until IS NULL THEN
        RETURN 0;
      END IF;
      INSERT INTO audit_checkpoints (position) VALUES (until);
      RETURN (SELECT entries FROM audit_checkpoints WHERE position = until);
    END $$`);
  await db.query('REVOKE EXECUTE ON FUNCTION prune_audit FROM PUBLIC');
}

/** Only what the newest checkpoint covers goes: entries first, for their seals say that they are covered. */
async function createRemoval(db: QueryRunner, ours: string): Promise<void> {
  await db.query(`
    CREATE FUNCTION keep_audit_entry() RETURNS trigger ${ours} AS $$
    BEGIN
      -- Its age too, so that no seal, however it came about, gives a young one away.
      IF OLD.at < now() - interval '720 hours' AND EXISTS (SELECT 1 FROM audit_seals
        WHERE entry_id = OLD.id AND position <= (SELECT max(position) FROM audit_checkpoints)) THEN
        RETURN OLD;
      END IF;
      ${REFUSE};
    END $$`);
  await db.query(`
    CREATE FUNCTION keep_audit_seal() RETURNS trigger ${ours} AS $$
    BEGIN
      IF OLD.position <= (SELECT max(position) FROM audit_checkpoints) THEN
        RETURN OLD;
      END IF;
      ${REFUSE};
    END $$`);
  await db.query(`
    CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION keep_audit_entry()`);
  await db.query(`
    CREATE TRIGGER audit_seals_kept BEFORE DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION keep_audit_seal()`);
  await db.query(`
    CREATE FUNCTION remove_pruned_audit(most integer) RETURNS integer SECURITY DEFINER ${ours} AS $$
    DECLARE
      ids bigint[];
    BEGIN
      SELECT array_agg(entry_id) INTO ids FROM (
        SELECT entry_id FROM audit_seals WHERE position <= (SELECT max(position) FROM audit_checkpoints)
        ORDER BY position LIMIT most FOR UPDATE SKIP LOCKED) AS pruned;
      DELETE FROM audit_entries WHERE id = ANY (ids);
      DELETE FROM audit_seals WHERE entry_id = ANY (ids);
      RETURN coalesce(cardinality(ids), 0);
    END $$`);
  await db.query('REVOKE EXECUTE ON FUNCTION remove_pruned_audit FROM PUBLIC');
}

/**
 * A seal takes the place that follows all others, whatever the statement says: one below a checkpoint would give its
 * entry away. The sequence tells, for what a transaction sees of the tables may be old; the lock is the sealer's own,
 * so that no seal appears behind a later one.
 */
async function createPositions(db: QueryRunner, ours: string): Promise<void> {
  await db.query(`
    CREATE FUNCTION order_audit_seal() RETURNS trigger SECURITY DEFINER ${ours} AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(7264003);
      IF NEW.position <> (SELECT last_value FROM audit_seals_position_seq)
        OR NEW.position <= (SELECT coalesce(max(position), 0) FROM audit_seals)
        OR NEW.position <= (SELECT coalesce(max(position), 0) FROM audit_checkpoints) THEN
        ${REFUSE};
      END IF;
      RETURN NEW;
    END $$`);
  await db.query(`
    CREATE TRIGGER audit_seals_in_order BEFORE INSERT ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION order_audit_seal()`);
}

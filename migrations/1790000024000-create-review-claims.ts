import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateReviewClaims1790000024000 implements MigrationInterface {
  name = 'CreateReviewClaims1790000024000';

  async up(db: QueryRunner): Promise<void> {
    // Who is looking at whose papers right now, so that two reviewers do not do the same work.
    await db.query(`
      CREATE TABLE review_claims (
        account_id bigint CONSTRAINT review_claims_pkey PRIMARY KEY
          CONSTRAINT review_claims_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        reviewer_uid text NOT NULL,
        taken_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    // What the console counts by day, without a look at the entries themselves.
    await db.query(`
      CREATE INDEX audit_entries_counted_idx ON audit_entries (action, at)
      WHERE action IN ('account.created', 'session.created', 'session.failed', 'profile.submitted', 'profile.reviewed')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX audit_entries_counted_idx');
    await db.query('DROP TABLE review_claims');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDocuments1790000010000 implements MigrationInterface {
  name = 'CreateDocuments1790000010000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE documents (
        id uuid CONSTRAINT documents_pkey PRIMARY KEY,
        account_id bigint NOT NULL CONSTRAINT documents_account_id_fkey REFERENCES accounts (id) ON DELETE CASCADE,
        doc_type text NOT NULL
          CONSTRAINT documents_doc_type_check CHECK (doc_type IN ('Passport', 'Identity card', 'Driver license')),
        doc_number_encrypted bytea NOT NULL,
        doc_expire date NOT NULL,
        storage_key text NOT NULL CONSTRAINT documents_storage_key_key UNIQUE,
        data_key_encrypted bytea NOT NULL,
        content_type text NOT NULL,
        size_bytes integer NOT NULL,
        scan_state text NOT NULL
          CONSTRAINT documents_scan_state_check CHECK (scan_state IN ('pending', 'clean', 'infected', 'error')),
        state text NOT NULL DEFAULT 'pending'
          CONSTRAINT documents_state_check CHECK (state IN ('pending', 'approved', 'rejected')),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await db.query(`CREATE INDEX documents_account_id_idx ON documents (account_id, created_at DESC)`);
    await db.query(`CREATE INDEX documents_scan_state_idx ON documents (scan_state) WHERE scan_state <> 'clean'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE documents');
  }
}

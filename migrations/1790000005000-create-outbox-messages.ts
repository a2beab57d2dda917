import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The development outbox: what would have gone out by mail or SMS. Stays empty in production. */
export class CreateOutboxMessages1790000005000 implements MigrationInterface {
  name = 'CreateOutboxMessages1790000005000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE outbox_messages (
        id text CONSTRAINT outbox_messages_pkey PRIMARY KEY,
        channel text NOT NULL CONSTRAINT outbox_messages_channel_check CHECK (channel IN ('email', 'sms')),
        recipient text NOT NULL,
        subject text NOT NULL DEFAULT '',
        text text NOT NULL,
        html text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await db.query(`CREATE INDEX outbox_messages_recipient_idx ON outbox_messages (recipient, created_at DESC)`);
    await db.query(`CREATE INDEX outbox_messages_created_at_idx ON outbox_messages (created_at DESC)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE outbox_messages');
  }
}

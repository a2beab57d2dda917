import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRateLimits1790000025000 implements MigrationInterface {
  name = 'CreateRateLimits1790000025000';

  async up(db: QueryRunner): Promise<void> {
    // The columns are those of rate-limiter-flexible; `expire` is in milliseconds since the epoch.
    await db.query(`
      CREATE TABLE rate_limits (
        key varchar(255) CONSTRAINT rate_limits_pkey PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`);
    await db.query(`CREATE INDEX rate_limits_expire_idx ON rate_limits (expire)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE rate_limits');
  }
}

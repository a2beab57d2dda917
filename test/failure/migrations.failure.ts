import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Config } from '../../src/config/config.js';
import { migrate } from '../../src/infra/database/migrate.js';
import { Program, statusOf, until } from '../boot/program.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, databaseUrl, type TestDatabase, withAdministrator } from '../support/database.js';
import { me, PASSWORD, PRODUCTION, SECRET_KEY, send, serve, signUp, tokenOf } from './serving.js';

/** The migration that does not get through; it makes two tables and then indexes. */
const BROKEN = 'CreateWebhooks1790000028000';

let program: Program;
let database: TestDatabase;
let client: pg.Client;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  program = await Program.build();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});
afterAll(() => program.remove());

async function use(made: TestDatabase): Promise<void> {
  database = made;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  env = { DATABASE_URL: database.url, DATA_DIR: await program.makeDataDir(), SECRET_KEY, BCRYPT_COST: '10' };
}

async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `migrations_${process.pid}_${randomBytes(4).toString('hex')}`;
  await withAdministrator((admin) => admin.query(`CREATE DATABASE ${name}`));
  const drop = () => withAdministrator(async (admin) => void (await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  return { url: databaseUrl(name), drop };
}

const migrated = async () =>
  (await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id')).rows.map((row) => row.name);
const tables = async () => {
  const text = `SELECT to_regclass('webhooks') AS first, to_regclass('webhook_deliveries') AS second`;
  return (await client.query<object>(text)).rows[0];
};
const NEITHER = { first: null, second: null };
const BOTH = { first: 'webhooks', second: 'webhook_deliveries' };

/** Runs some SQL each time an index of that name has been made. */
async function whenIndexIsMade(index: string, sql: string): Promise<void> {
  await client.query(`
    CREATE FUNCTION when_index_is_made() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.${index}') THEN ${sql}; END IF;
    END $$;
    CREATE EVENT TRIGGER when_index_is_made ON ddl_command_end WHEN TAG IN ('CREATE INDEX')
      EXECUTE FUNCTION when_index_is_made()`);
}
const nothingHappensAnyMore = () =>
  client.query('DROP EVENT TRIGGER when_index_is_made; DROP FUNCTION when_index_is_made');
const LAST_INDEX = 'webhook_deliveries_expires_at_idx';

describe('a migration that breaks off (C-92)', () => {
  beforeEach(async () => use(await createEmptyDatabase()));

  it('with an error leaves nothing of itself, keeps those before it, and goes through the next time', async () => {
    await whenIndexIsMade(LAST_INDEX, `RAISE EXCEPTION 'no space'`);
    const broken = await program.cli(env, 'migrate');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('no space');
    const before = await migrated();
    expect(before.length).toBeGreaterThan(0);
    expect(before).not.toContain(BROKEN);
    expect(await tables()).toEqual(NEITHER);

    await nothingHappensAnyMore();
    expect((await migrate(Config.load({ ...env, NODE_ENV: 'test' })))[0]).toBe(BROKEN);
    expect((await migrated()).slice(0, before.length)).toEqual(before);
    expect(await tables()).toEqual(BOTH);
  });

  it('because its process was killed leaves nothing of itself either, and holds up nobody', async () => {
    await whenIndexIsMade(LAST_INDEX, 'PERFORM pg_sleep(86400)');
    const running = program.start('cli', env, ['migrate']);
    const sleeping = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    await until(async () => (await client.query(sleeping)).rows.length > 0);
    running.signal('SIGKILL');
    await running.ended;
    expect(await tables()).toEqual(NEITHER);
    // Its last statement goes on until it is done and nobody is there to take the answer; that is now.
    await client.query(`SELECT pg_terminate_backend(pid) FROM (${sleeping}) AS statement`);
    await until(async () => (await client.query(sleeping)).rows.length === 0);
    await nothingHappensAnyMore();
    expect(await tables()).toEqual(NEITHER);
    expect((await migrate(Config.load({ ...env, NODE_ENV: 'test' })))[0]).toBe(BROKEN);
    expect(await tables()).toEqual(BOTH);
  });
});

describe('program and schema of two releases (C-92)', () => {
  beforeEach(async () => use(await createTestDatabase()));

  it('a program serves on the schema of the next release', async () => {
    // What a next release may do while this one runs: new tables, and new columns that need not be filled.
    await client.query(`
      INSERT INTO migrations (timestamp, name) VALUES (9790000000000, 'AddNicknames9790000000000');
      CREATE TABLE nicknames (account_id bigint PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE);
      ALTER TABLE accounts ADD COLUMN nickname text, ADD COLUMN rank integer NOT NULL DEFAULT 0;
      ALTER TABLE sessions ADD COLUMN nickname text;
      ALTER TABLE audit_entries ADD COLUMN nickname text`);
    const server = await serve(program, database.url);
    expect((await me(server, await tokenOf(server))).status).toBe(200);
    const email = 'reader@example.com';
    expect((await signUp(server, email)).status).toBe(201);
    let text = '';
    await until(async () => {
      const { rows } = await client.query<{ text: string }>('SELECT text FROM outbox_messages WHERE recipient = $1', [
        email,
      ]);
      text = rows[0]?.text ?? '';
      return rows.length > 0;
    });
    const confirmation_token = /confirmation_token=([\w-]+)/.exec(text)?.[1];
    const confirmed = await send(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token } });
    expect(confirmed.status).toBe(201);
    const token = await tokenOf(server, { email, password: PASSWORD });
    expect((await me(server, token)).body).toMatchObject({ email, level: 1 });
    expect((await send(server, 'DELETE', '/api/v1/sessions/current', { token })).status).toBe(204);
    expect((await migrated()).at(-1)).toBe('AddNicknames9790000000000');
    server.process.signal('SIGTERM');
    expect((await server.process.ended).code).toBe(0);
  });

  it('a program on the schema of the release before is live, not ready, and says what to do', async () => {
    const { rows } = await client.query<{ name: string }>(
      'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING name',
    );
    const PORT = String(await freePort());
    const url = `http://127.0.0.1:${PORT}`;
    const doctor = program.cli(env, 'doctor');
    const server = program.start('main', { ...env, ...PRODUCTION, HOST: '127.0.0.1', PORT });
    await until(async () => (await statusOf(`${url}/health/live`)) === 200);
    expect(await statusOf(`${url}/health/ready`)).toBe(503);
    await server.printed('npm run cli -- migrate');
    expect(await doctor).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^FAIL {2}schema +is behind this program/m) as unknown,
    });
    // The job that migrates ran late; the replica notices by itself.
    await client.query('INSERT INTO migrations (timestamp, name) VALUES (1, $1)', [rows[0]?.name]);
    await until(async () => (await statusOf(`${url}/health/ready`)) === 200);
  });
});

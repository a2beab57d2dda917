import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Program, statusOf, until } from '../boot/program.js';
import { freePort } from '../support/free-port.js';
import { databaseUrl, withAdministrator } from '../support/database.js';
import { ADMIN, me, PASSWORD, SECRET_KEY, send, serve, signUp, tokenOf } from './serving.js';

/** The migration that does not get through; it makes two tables and then indexes. */
const BROKEN = 'CreateWebhooks1790000028000';
const MIGRATED = `migrated ${BROKEN}\n`;

let program: Program;
let name: string;
let client: pg.Client;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  program = await Program.build();
});
beforeEach(async () => {
  name = `migrations_${process.pid}_${randomBytes(4).toString('hex')}`;
  await withAdministrator((admin) => admin.query(`CREATE DATABASE ${name}`));
  client = new pg.Client({ connectionString: databaseUrl(name) });
  await client.connect();
  env = { DATABASE_URL: databaseUrl(name), DATA_DIR: await program.makeDataDir(), SECRET_KEY, BCRYPT_COST: '10' };
});
afterEach(async () => {
  await client.end();
  await withAdministrator((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
});
afterAll(() => program.remove());

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
    const again = await program.cli(env, 'migrate');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout.startsWith(MIGRATED)).toBe(true);
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
    const again = await program.cli(env, 'migrate');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout.startsWith(MIGRATED)).toBe(true);
    expect(await tables()).toEqual(BOTH);
  });
});

describe('program and schema of two releases (C-92)', () => {
  it('a program serves on the schema of the next release', async () => {
    expect((await program.cli(env, 'migrate')).code).toBe(0);
    // What a next release may do while this one runs: new tables, and new columns that need not be filled.
    await client.query(`
      INSERT INTO migrations (timestamp, name) VALUES (9790000000000, 'AddNicknames9790000000000');
      CREATE TABLE nicknames (account_id bigint PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE);
      ALTER TABLE accounts ADD COLUMN nickname text, ADD COLUMN rank integer NOT NULL DEFAULT 0;
      ALTER TABLE sessions ADD COLUMN nickname text;
      ALTER TABLE audit_entries ADD COLUMN nickname text`);
    const server = await serve(program, databaseUrl(name));
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
    expect((await program.cli(env, 'migrate')).code).toBe(0);
    expect((await program.cli({ ...env, ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password }, 'seed')).code).toBe(
      0,
    );
    const { rows } = await client.query<{ name: string }>(
      'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING name',
    );
    const PORT = String(await freePort());
    const url = `http://127.0.0.1:${PORT}`;
    const production = {
      ...{ NODE_ENV: 'production', PUBLIC_URL: 'https://accounts.example', HOST: '127.0.0.1', PORT },
      ...{ SMTP_URL: 'smtp://127.0.0.1:9', SMS_URL: 'https://sms.example/hook' },
    };
    const server = program.start('main', { ...env, ...production });
    await until(async () => (await statusOf(`${url}/health/live`)) === 200);
    expect(await statusOf(`${url}/health/ready`)).toBe(503);
    await server.printed('npm run cli -- migrate');
    const doctor = await program.cli(env, 'doctor');
    expect([doctor.code, doctor.stdout]).toEqual([
      1,
      expect.stringMatching(/^FAIL {2}schema +is behind this program/m),
    ]);
    // The job that migrates ran late; the replica notices by itself.
    await client.query('INSERT INTO migrations (timestamp, name) VALUES (1, $1)', [rows[0]?.name]);
    await until(async () => (await statusOf(`${url}/health/ready`)) === 200);
    server.signal('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });
});

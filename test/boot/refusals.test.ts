import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, databaseUrl, type TestDatabase, withAdministrator } from '../support/database.js';
import { type Ended, Program } from './program.js';
import { freePort } from '../support/free-port.js';

const EMPTY_DATABASE = `empty_${process.pid}_${randomBytes(4).toString('hex')}`;

/** What production needs to be satisfied; nothing of it is ever reached. */
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://accounts.example.com',
  SECRET_KEY: randomBytes(32).toString('base64'),
  SMTP_URL: 'smtp://mail.example.com',
  SMS_URL: 'https://sms.example.com',
};

describe('a server that cannot start', () => {
  let program: Program;
  let database: TestDatabase;
  let common: NodeJS.ProcessEnv;
  beforeAll(async () => {
    program = await Program.build();
    database = await createTestDatabase();
    common = { PORT: String(await freePort()), DATA_DIR: await program.makeDataDir() };
    await withAdministrator((admin) => admin.query(`CREATE DATABASE ${EMPTY_DATABASE}`));
  });
  afterAll(async () => {
    await withAdministrator((admin) => admin.query(`DROP DATABASE IF EXISTS ${EMPTY_DATABASE} WITH (FORCE)`));
    await database.drop();
    await program.remove();
  });

  const start = (env: NodeJS.ProcessEnv): Promise<Ended> => program.start('main', { ...common, ...env }).ended;

  it('names in one message everything that production misses', async () => {
    const { code, stdout, stderr } = await start({ NODE_ENV: 'production', DATA_DIR: '', RATE_LIMITS: 'off' });
    expect([code, stdout]).toEqual([1, '']);
    const [headline, ...problems] = stderr.trimEnd().split('\n');
    expect(headline).toBe('The settings are not good:');
    for (const name of ['PUBLIC_URL', 'DATABASE_URL', 'SECRET_KEY', 'SMTP_URL', 'SMS_URL', 'DATA_DIR']) {
      expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^  - ${name} is not set: `)));
    }
    expect(problems).toContainEqual('  - RATE_LIMITS=off is for benchmarks and contract tests');
    expect(problems).toHaveLength(7);
  });

  it('says all that is wrong with the values that it was given', async () => {
    const env = { PORT: 'eighty', BCRYPT_COST: '4', DATABASE_URL: 'mysql://root:hunter2@localhost', LOG_LEVEL: 'loud' };
    const { code, stderr } = await start(env);
    expect(code).toBe(1);
    for (const name of Object.keys(env)) expect(stderr).toContain(`  - ${name} must be `);
    expect(stderr).not.toContain('hunter2');
  });

  it('says in one line that the database does not answer, and keeps its password to itself', async () => {
    const DATABASE_URL = `postgresql://barong:hunter2@127.0.0.1:${await freePort()}/barong`;
    const { code, stdout, stderr } = await start({ DATABASE_URL });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The database of DATABASE_URL cannot be reached: connect ECONNREFUSED .*\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  it('does not migrate in production, and says in one line who does', async () => {
    const { code, stdout, stderr } = await start({ ...PRODUCTION, DATABASE_URL: databaseUrl(EMPTY_DATABASE) });
    expect([code, stderr]).toEqual([1, 'The database is not migrated; run: npm run cli -- migrate\n']);
    expect(stdout).toBe('');
    const [row] = await tablesOf(EMPTY_DATABASE);
    expect(row).toEqual({ tables: 0 });
  });

  it('says in one line that the secret is not the one of the database', async () => {
    const env = { ...common, ...PRODUCTION, DATABASE_URL: database.url };
    expect((await program.cli(env, 'keys', 'list')).code).toBe(0);
    const { code, stderr } = await start({ ...env, SECRET_KEY: randomBytes(32).toString('base64') });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^SECRET_KEY is not the one that this database was made with: .*\n$/);
  });

  it('has a published secret refused by the seed of production', async () => {
    const SEED_FILE = path.join('config', 'seed.yml');
    const env = { ...common, ...PRODUCTION, DATABASE_URL: database.url, SEED_FILE };
    const { code, stderr } = await program.cli(env, 'seed');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^.*config\/seed\.yml: local-demo is the development seed, which production refuses\n$/);
  });
});

async function tablesOf(database: string): Promise<unknown[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: databaseUrl(database) });
  await client.connect();
  try {
    const text = `SELECT count(*)::int AS tables FROM information_schema.tables WHERE table_schema = 'public'`;
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

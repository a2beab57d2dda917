import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { databaseUrl, withAdministrator } from '../support/database.js';
import { type Ended, Program } from './program.js';
import { freePort } from '../support/free-port.js';

const DATABASE = `commands_${process.pid}_${randomBytes(4).toString('hex')}`;

describe('commands on a fresh database', () => {
  let program: Program;
  let env: NodeJS.ProcessEnv;
  let client: pg.Client;
  beforeAll(async () => {
    program = await Program.build();
    await withAdministrator((admin) => admin.query(`CREATE DATABASE ${DATABASE}`));
    client = new pg.Client({ connectionString: databaseUrl(DATABASE) });
    await client.connect();
    env = { DATABASE_URL: databaseUrl(DATABASE), DATA_DIR: await program.makeDataDir(), BCRYPT_COST: '10' };
  });
  afterAll(async () => {
    await client.end();
    await withAdministrator((admin) => admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`));
    await program.remove();
  });

  const run = (...args: string[]): Promise<Ended> => program.cli(env, ...args);

  it('say in one line that it is not migrated', async () => {
    const ended = await Promise.all([run('seed'), run('application', 'list'), run('doctor')]);
    for (const { code, stdout, stderr } of ended) {
      expect([code, stdout, stderr]).toEqual([1, '', 'The database is not migrated; run: npm run cli -- migrate\n']);
    }
  });

  it('migrate it once, also when two do it at the same moment', async () => {
    const both = await Promise.all([run('migrate'), run('migrate')]);
    expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const idle = both.filter(({ stdout }) => stdout === 'the database is up to date\n');
    expect(idle).toHaveLength(1);
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
    expect(rows.length).toBeGreaterThan(0);
    expect(both.map(({ stdout }) => stdout)).toContain(rows.map(({ name }) => `migrated ${name}\n`).join(''));
  });

  it('seed what is missing, and nothing the second time', async () => {
    const first = await run('seed');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(
      /^(application local-\w+ created\n)+admin admin@barong\.test created, password: [A-Za-z0-9_-]{24}\n$/,
    );
    const before = await contents();
    const second = await run('seed');
    expect(second).toEqual({ code: 0, stdout: 'nothing was missing\n', stderr: '' });
    expect(await contents()).toEqual(before);
  });

  it('find it in order with doctor, or say what is not', async () => {
    const good = await run('doctor');
    expect([good.code, good.stderr]).toEqual([0, '']);
    for (const check of [
      'settings',
      'database',
      'schema',
      'clock',
      'keys',
      'data directory',
      'mail',
      'counters',
      'events',
      'encryption',
      'proxies',
    ]) {
      expect(good.stdout).toMatch(new RegExp(`^ok {4}${check} +\\S`, 'm'));
    }
    await client.query(`INSERT INTO proxy_sightings (trusted, seen_at) VALUES ('', now()), ('10.0.0.1', now())`);
    const doubtful = await run('doctor');
    await client.query('DELETE FROM proxy_sightings');
    expect([doubtful.code, doubtful.stdout.match(/^(?:WARN|FAIL) .*$/gm)]).toEqual([
      0,
      [expect.stringMatching(/^WARN {2}proxies +20\d\d-.*: A proxy that TRUST_PROXY does not name/)],
    ]);
    // Nothing listens there, and doctor does not know it for this machine's own address.
    const SMTP_URL = `smtp://u:secretive@0.0.0.0:${await freePort()}`;
    const REDIS_URL = `redis://:secretive@127.0.0.1:${await freePort()}`;
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const EVENTS_URL = `amqp://u:secretive@127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const bad = await program.cli({ ...env, SMTP_URL, REDIS_URL, EVENTS_URL }, 'doctor');
    silent.close();
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^FAIL {2}mail +.*ECONNREFUSED/m);
    expect(bad.stdout).toMatch(/^FAIL {2}counters +Redis at 127\.0\.0\.1:\d+ does not answer/m);
    expect(bad.stdout).toMatch(/^FAIL {2}events +RabbitMQ at 127\.0\.0\.1:\d+ does not answer/m);
    expect(bad.stdout).toMatch(/^WARN {2}encryption +no TLS, .* in SMTP_URL: see docs\/operations\.md$/m);
    expect(bad.stdout).not.toContain('secretive');
    expect(bad.stdout.match(/^FAIL/gm)).toHaveLength(3);
  });

  it('explain themselves when they are not understood', async () => {
    const { code, stdout, stderr } = await run('migrat');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: unknown command 'migrat'\n\(Did you mean migrate\?\)\n/);
  });

  /** Everything a second seed could touch. */
  async function contents(): Promise<unknown> {
    const tables = ['accounts', 'credentials', 'applications', 'signing_keys', 'audit_entries'];
    const rows = tables.map(
      (table) => `(SELECT json_agg(to_jsonb(${table}) ORDER BY to_jsonb(${table})) FROM ${table}) AS ${table}`,
    );
    return (await client.query(`SELECT ${rows.join(', ')}`)).rows[0];
  }
});

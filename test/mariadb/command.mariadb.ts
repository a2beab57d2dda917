import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { BarongSource } from '../../src/import-barong/barong-source.js';
import { ImportError } from '../../src/import-barong/import-error.js';
import { parseSourceUrl } from '../../src/import-barong/source-url.js';
import { Program, type ProgramProcess } from '../boot/program.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, eventually, messageTo, outcome, tokenIn } from '../support/client.js';
import { devise, passport, person } from './barong-data.js';
import { runImport } from './importer.js';
import { DATABASE, PASSWORD } from './mariadb-process.js';
import { OLD_PASSWORD, OldServer } from './old-server.js';

let old: OldServer;
let program: Program;
let server: TestApp;
beforeAll(async () => {
  [old, program, server] = await Promise.all([OldServer.start(), Program.build(), startApp()]);
  await writeFile(path.join(old.directory, 'password'), `${PASSWORD}\n`);
});
afterAll(async () => {
  await old?.clean();
  await program?.remove();
  await server?.close();
});

function startImport(...args: string[]): ProgramProcess {
  const { databaseUrl: DATABASE_URL, dataDir: DATA_DIR } = server.config;
  const from = ['--from', old.mariadb.url, '--password-file', path.join(old.directory, 'password')];
  const env = { DATABASE_URL, DATA_DIR, BCRYPT_COST: '10' };
  return program.start('cli', env, ['import', 'barong', ...from, ...args]);
}

const signInAs = (email: string, more: object = {}) =>
  call<string>(server, 'POST', '/api/v1/sessions', {
    body: { email, password: OLD_PASSWORD, application_id: LOCAL_DEMO, ...more },
  });

describe('import barong', () => {
  let somebody: string;
  beforeAll(async () => {
    const given = { encrypted_password: devise(OLD_PASSWORD) };
    ({ uid: somebody } = await person(old.source, given, { documents: [passport(null)] }));
  });

  it('has to be told what is to become of documents, before anything is written', async () => {
    const run = runImport(server, old.mariadb.url, PASSWORD, { leaveDocuments: false });
    await expect(run).rejects.toThrow(
      new ImportError('There are documents: name their directory with --uploads, or leave them with --no-documents'),
    );
    expect(await server.sql(`SELECT 1 FROM audit_entries WHERE action LIKE 'barong_import.%'`)).toEqual([]);
  });

  it('tells how far it is and what it did, and ends with 1 where all or nothing is asked', async () => {
    await person(old.source, { email: 'nobody at all' });
    const { code, stdout, stderr } = await startImport('--no-documents', '--strict').ended;
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(
      new RegExp(`^from 127.0.0.1:${old.mariadb.port}/${DATABASE} into http.*\\naccounts 2 of 2\\n`),
    );
    expect(stdout).toMatch(/^ +1 {2}accounts taken over$/m);
    expect(stdout).not.toContain(PASSWORD);
    expect((await signInAs(`${somebody}@example.com`)).status).toBe(201);
  });
});

describe('a second factor that nobody told the secret of', () => {
  it('may be replaced by the mailbox, for members: the old password is void then', async () => {
    const given = { encrypted_password: devise(OLD_PASSWORD), otp_enabled: 1 };
    const [member, staff] = [await person(old.source, given), await person(old.source, { ...given, role: 'admin' })];
    const report = (await runImport(server, old.mariadb.socketUrl, undefined, { lostOtp: 'mail' })).join('\n');
    expect(report).toMatch(new RegExp(`otp.by_mail: .*\n {13}${member.uid}$`, 'm'));
    expect(report).toMatch(new RegExp(`otp.closed: .*\n {13}${staff.uid}$`, 'm'));
    const email = `${member.uid}@example.com`.toLowerCase();
    expect(outcome(await signInAs(email))).toEqual([401, '401 Unauthorized']);
    expect(outcome(await signInAs(`${staff.uid}@example.com`))[0]).toBe(403);
    await call(server, 'POST', '/api/v1/security/reset_password', { body: { email } });
    const reset_password_token = tokenIn(await messageTo(server, email), 'reset_password_token');
    const password = 'a long enough password';
    const body = { reset_password_token, password };
    expect((await call(server, 'PUT', '/api/v1/security/reset_password', { body })).status).toBe(200);
    expect((await signInAs(email, { password })).status).toBe(201);
  });
});

describe('an import that is killed halfway', () => {
  const rows = async (table: string) =>
    (
      await server.sql<{ count: number }>(
        `SELECT count(*)::int AS count FROM accounts JOIN ${table} ON account_id = accounts.id WHERE email LIKE 'many%'`,
      )
    )[0]?.count ?? 0;
  const all = async () => [await rows('credentials'), await rows('labels')];

  it('leaves nobody half, and goes on when it is run again', async () => {
    const number = 1100;
    await old.source.query(
      `INSERT INTO accounts (uid, email, confirmed_at, state, created_at, updated_at)
         SELECT concat('IDF', lpad(hex(seq), 9, '0')), concat('many', seq, '@example.com'), now(), 'active', now(), now()
         FROM seq_1_to_${number};
       INSERT INTO labels (account_id, \`key\`, value, created_at, updated_at)
         SELECT id, 'number', concat('n-', id), now(), now() FROM accounts WHERE email LIKE 'many%'`,
    );
    // Whoever signs up with an address of a later batch just now holds that batch up.
    const other = new pg.Client(server.config.databaseUrl);
    await other.connect();
    await other.query(`BEGIN; INSERT INTO accounts (uid, email) VALUES ('IDEEEEEEEEEE', 'many900@example.com')`);
    const run = startImport('--no-documents');
    let isOver = false;
    void run.ended.then(() => (isOver = true));
    await eventually(async () => {
      const waiting = await server.sql(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%json_to_recordset%'`,
      );
      return waiting.length > 0 || isOver;
    });
    run.signal('SIGKILL');
    expect((await run.ended).code).not.toBe(0);
    await other.query('ROLLBACK');
    await other.end();

    const [accounts, labels] = await all();
    expect(accounts).toBeGreaterThan(0);
    expect(accounts).toBeLessThan(number);
    expect(labels).toBe(accounts);
    const report = (await runImport(server, old.mariadb.url, PASSWORD)).join('\n');
    expect(report).toMatch(new RegExp(`^ +${number - (accounts ?? 0)} {2}accounts taken over$`, 'm'));
    expect(await all()).toEqual([number, number]);
  });
});

describe('a database that is not to be read', () => {
  const opening = (url: string, password = PASSWORD) =>
    BarongSource.open(parseSourceUrl(url, password)).then(
      async (opened) => opened.close(),
      (error: unknown) => error,
    );

  it('is named without the password, and with what is wrong', async () => {
    const label = `127.0.0.1:${old.mariadb.port}`;
    const errors = [
      await opening(old.mariadb.url, 'a wrong password'),
      await opening(old.mariadb.url.replace(DATABASE, 'information_schema')),
    ];
    await old.source.query('ALTER TABLE accounts ADD discarded_at datetime');
    errors.push(await opening(old.mariadb.url));
    await old.source.query('ALTER TABLE accounts DROP discarded_at');
    expect(errors).toEqual([
      new ImportError(`The database ${label}/${DATABASE} cannot be reached: ER_ACCESS_DENIED_ERROR`),
      expect.objectContaining({ message: expect.stringMatching(/is not of Barong 1\.7: there is no accounts\.id, /) }),
      new ImportError(`The database ${label}/${DATABASE} is of a later Barong than 1.7; only 1.7 is known`),
    ]);
    expect(await opening(old.mariadb.url)).toBeUndefined();
  });
});

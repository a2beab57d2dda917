import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { RequestErrors } from '../../src/common/request-errors.js';
import { DocumentImportService } from '../../src/documents/document-import.service.js';
import { exclusively } from '../../src/infra/database/exclusively.js';
import { ImportError } from '../../src/import-barong/import-error.js';
import type { ImportOptions } from '../../src/import-barong/import-options.js';
import { picture } from '../documents/uploads.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { insert, passport, person, profile, upload } from './barong-data.js';
import { runImport } from './importer.js';
import { PASSWORD } from './mariadb-process.js';
import { OldServer, PEAK } from './old-server.js';

const LATER = '2018-05-04 03:02:02';

let old: OldServer;
let server: TestApp;
beforeAll(async () => {
  [old, server] = await Promise.all([OldServer.start(), startApp()]);
});
afterEach(() => void jest.restoreAllMocks());
afterAll(async () => {
  await old?.clean();
  await server?.close();
});

const importing = async (options: Partial<ImportOptions> = {}) =>
  (await runImport(server, old.mariadb.url, PASSWORD, options)).join('\n');
const naming = (finding: string, subject: string) =>
  new RegExp(`^ +\\d+ {2}${finding.replace('.', '\\.')}: .*\n( {13}.*\n)*? {13}${subject}$`, 'm');
const rowsOf = (table: string, uid: string) =>
  server.sql<Record<string, unknown>>(
    `SELECT own.* FROM ${table} AS own JOIN accounts ON accounts.id = account_id WHERE uid = $1`,
    [uid],
  );

describe('two accounts whose addresses are one here', () => {
  it.each([
    ['nobody proved', null],
    ['nobody proved, by a time that is none', '0000-00-00 00:00:00'],
  ])('the one that %s does not get it by being older', async (_, confirmed_at) => {
    await old.source.query(`SET SESSION sql_mode = ''`);
    const email = `victim${confirmed_at === null ? 1 : 2}@example.com`;
    const attacker = await person(old.source, { email: email.replace('v', 'ｖ'), confirmed_at, state: 'pending' });
    const victim = await person(old.source, { email });
    expect(await importing()).toMatch(naming('account.email_taken', attacker.uid));
    expect(await server.sql('SELECT uid FROM accounts WHERE email = $1', [email])).toEqual([{ uid: victim.uid }]);
  });
});

describe('an account that brings more than any other', () => {
  it('leaves the rest behind, and never what staff said of it or what was proved', async () => {
    const { uid, id } = await person(old.source, {});
    const label = (key: string, scope: string) =>
      `INSERT INTO labels (account_id, \`key\`, value, scope, created_at, updated_at)
         SELECT ${id}, ${key}, 'xyz', '${scope}', now(), now()`;
    await old.source.query(
      `${label(`concat('key', seq)`, 'public')} FROM seq_1_to_1000; ${label(`'risk'`, 'private')}`,
    );
    await old.source.query(
      `INSERT INTO phones (account_id, country, number, created_at, updated_at)
         SELECT ${id}, 'GB', concat('4479', seq), now(), now() FROM seq_1_to_100`,
    );
    await insert(old.source, 'phones', { account_id: id, number: '447911123456', validated_at: LATER });
    expect(await importing()).toMatch(naming('account.too_much', uid));
    const keys = (await rowsOf('labels', uid)).map(({ key }) => key);
    expect(keys).toHaveLength(1000);
    expect(keys).toContain('risk');
    expect(await rowsOf('phones', uid)).toEqual([expect.objectContaining({ number: '+447911123456' })]);
  });

  it('or that the database has no time for, does not keep others from being taken over', async () => {
    await server.sql(`CREATE FUNCTION take_long() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN RAISE EXCEPTION USING ERRCODE = 'query_canceled', MESSAGE = 'took long'; END$$`);
    await server.sql(`CREATE TRIGGER take_long BEFORE INSERT ON labels FOR EACH ROW WHEN (NEW.value = 'slow')
      EXECUTE FUNCTION take_long()`);
    const [slow, other] = [
      await person(old.source, {}, { labels: [{ key: 'trap', value: 'slow', scope: 'public' }] }),
      await person(old.source, {}, { labels: [{ key: 'plain', value: 'quick', scope: 'public' }] }),
    ];
    expect(await importing()).toMatch(naming('account.not_storable', slow.uid));
    expect([await rowsOf('labels', slow.uid), await rowsOf('labels', other.uid)]).toMatchObject([[], [{}]]);
    await old.source.query('DELETE FROM accounts WHERE id = ?', [slow.id]);
  });
});

describe('a document', () => {
  it('that came after the decision about its owner waits for one', async () => {
    const { uid, documents } = await person(
      old.source,
      {},
      { profiles: [profile()], documents: [passport('a.png', { doc_number: 'seen' }), passport('a.png')] },
    );
    for (const id of documents) await upload(old.uploads, id, 'a.png', await picture('png'));
    await old.source.query('UPDATE documents SET created_at = ? WHERE id = ?', [LATER, documents[1]]);
    await importing({ uploads: old.uploads, leaveDocuments: false });
    const states = (await rowsOf('documents', uid)).map(({ created_at: at, state }) => [at, state]);
    expect(new Map(states as [Date, string][])).toEqual(
      new Map([
        [new Date('2018-05-04T03:02:01Z'), 'approved'],
        [new Date('2018-05-04T03:02:02Z'), 'pending'],
      ]),
    );
  });

  it('that takes too long to decode stays behind alone', async () => {
    const owner = await person(old.source, {}, { documents: [passport('a.png'), passport('a.png')] });
    for (const id of owner.documents) await upload(old.uploads, id, 'a.png', await picture('png'));
    const documents = server.app.get(DocumentImportService, { strict: false });
    jest.spyOn(documents, 'clean').mockRejectedValueOnce(RequestErrors.busy());
    const report = await importing({ uploads: old.uploads, leaveDocuments: false });
    expect(report).toMatch(naming('document.too_slow', owner.uid));
    expect(await rowsOf('documents', owner.uid)).toHaveLength(1);
  });
});

describe('an option that does not fit what is there', () => {
  it('ends the run before anything is written', async () => {
    const { uid } = await person(old.source, {}, { documents: [passport('a.png')] });
    const empty = path.join(old.directory, 'empty');
    await mkdir(empty);
    const uploads = new ImportError(
      '--uploads has no directory document/upload in it, or only a link to one: is it public/uploads?',
    );
    const wrong = importing({ uploads: path.join(old.uploads, 'document'), leaveDocuments: false });
    await expect(wrong).rejects.toThrow(uploads);
    await expect(importing({ uploads: empty, leaveDocuments: false })).rejects.toThrow(uploads);
    await expect(importing({ firstParty: new Set([LOCAL_DEMO, 'nothing']) })).rejects.toThrow(
      new ImportError('--first-party nothing: there is no such application'),
    );
    await rm(empty, { recursive: true });
    expect(await server.sql('SELECT 1 FROM accounts WHERE uid = $1', [uid])).toEqual([]);
  });

  it('is named when it stays without effect', async () => {
    const common = { redirect_uri: 'https://peak.example/', secret: PEAK.secret, skipauth: 1 };
    const [known, asking] = ['known-before', 'asks-for-consent'];
    await insert(old.source, 'oauth_applications', { ...common, uid: known, name: 'x' });
    await importing();
    await insert(old.source, 'oauth_applications', { ...common, uid: asking, name: 'y' });
    const otpSecrets = new Map([['ID0123456789', 'A'.repeat(16)]]);
    const report = await importing({ firstParty: new Set([known, LOCAL_DEMO]), otpSecrets });
    expect(report).toMatch(naming('application.first_party_unchanged', known));
    expect(report).toMatch(naming('application.skips_consent', asking));
    expect(report).toMatch(naming('otp.no_account', 'ID0123456789'));
    const uids = [known, asking];
    expect(await server.sql('SELECT skip_consent, first_party FROM applications WHERE uid = ANY ($1)', [uids])).toEqual(
      uids.map(() => ({ skip_consent: false, first_party: false })),
    );
  });
});

describe('the connection that holds the lock', () => {
  it('may be lost while the work goes on', async () => {
    const lock = 7_264_999;
    const run = exclusively(server.config, lock, async () => {
      const ended = await server.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1`,
        [lock],
      );
      return [ended.length, await importing()];
    });
    await expect(run).resolves.toEqual([1, expect.stringContaining('accounts left alone')]);
  });
});

describe('staff of the other server', () => {
  it('is named in full, and in the audit log', async () => {
    const staff = [await person(old.source, { role: 'admin' }), await person(old.source, { role: 'compliance' })];
    const report = await importing({ mostNamed: 1 });
    for (const { uid } of staff) expect(report).toMatch(new RegExp(`^ {13}${uid}$`, 'm'));
    expect(report).toMatch(/ 2 {2}account.password_unusable: .*\n {13}ID.*\n {13}and 1 more$/m);
    expect(
      await server.sql(`SELECT target, details FROM audit_entries WHERE action = 'account.imported' ORDER BY id`),
    ).toEqual([
      { target: staff[0]?.uid, details: { role: 'admin' } },
      { target: staff[1]?.uid, details: { role: 'compliance' } },
    ]);
  });
});

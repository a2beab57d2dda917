import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportOptions } from '../../src/import-barong/import-options.js';
import { callAs, newMember } from '../admin/staff.js';
import { storedFiles } from '../documents/uploads.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome, signIn } from '../support/client.js';
import { codeOf } from '../two-factor/authenticator.js';
import { devise, person, profile } from './barong-data.js';
import { runImport } from './importer.js';
import { DATABASE, PASSWORD } from './mariadb-process.js';
import { OLD_PASSWORD, OldServer, PEAK } from './old-server.js';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

let old: OldServer;
let server: TestApp;

function importing(options: Partial<ImportOptions> = {}): Promise<string[]> {
  const otpSecrets = new Map([[old.uids.codes ?? '', SECRET]]);
  const given = { uploads: old.uploads, firstParty: new Set([PEAK.uid]), otpSecrets, ...options };
  return runImport(server, old.mariadb.url, PASSWORD, given);
}

/** All that an import could write, and that a person could have changed. */
async function everything(): Promise<unknown> {
  const tables = [
    'accounts',
    'credentials',
    'labels',
    'phones',
    'profiles',
    'documents',
    'otp_secrets',
    'applications',
  ];
  const others = ['websites', 'graphile_worker._private_jobs'];
  const audit = `(SELECT * FROM audit_entries WHERE action NOT LIKE 'barong_import.%')`;
  const dumps = [...tables, ...others, audit].map((table) =>
    server.sql(`SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) AS all FROM ${table} AS t`),
  );
  return [await Promise.all(dumps), (await storedFiles(server)).sort()];
}

let rehearsal: string[];
let untouched: unknown[];
let done: string[];
beforeAll(async () => {
  [old, server] = await Promise.all([OldServer.start(), startApp()]);
  await old.fill();
  // Something that no check of ours foresees.
  await server.sql(`ALTER TABLE labels ADD CONSTRAINT trap CHECK (value <> 'evil')`);
  const before = await everything();
  rehearsal = await importing({ dryRun: true });
  untouched = [before, await everything()];
  done = await importing();
});
afterAll(async () => {
  await old?.clean();
  await server?.close();
});

const emailOf = (name: string) => `${old.uids[name] ?? ''}@example.com`.toLowerCase();
const signInAs = (email: string, more: object = {}) =>
  call<string>(server, 'POST', '/api/v1/sessions', {
    body: { email, password: OLD_PASSWORD, application_id: PEAK.uid, ...more },
  });
const account = async (name: string) =>
  (await server.sql('SELECT * FROM accounts WHERE uid = $1', [old.uids[name]]))[0];

describe('the report of an import', () => {
  it('tells what was done and what could not be, by uid', () => {
    const report = done.join('\n');
    const findings = Object.fromEntries(
      [...report.matchAll(/^ +(\d+) {2}([a-z]+\.[a-z_]+): .*((?:\n {13}.*)*)/gm)].map(([, count, name, subjects]) => [
        name,
        [
          Number(count),
          ...(subjects ?? '')
            .split('\n')
            .slice(1)
            .map((line) => line.trim()),
        ],
      ]),
    );
    const { alice, codes: _, ...others } = old.uids;
    expect(findings).toEqual({
      'account.uid_malformed': [1, expect.stringMatching(/^#\d+$/)],
      'account.email_invalid': [1, others.nowhere],
      'account.email_taken': [1, others.twin],
      'account.not_storable': [1, others.evil],
      'account.not_confirmed': [1, others.fresh],
      'account.password_unusable': [3, others.odd, others.sameNumber, others.plain],
      'account.role_unknown': [1, others.odd],
      'account.state_unknown': [1, others.odd],
      'account.level_unknown': [1, others.odd],
      'account.staff': [1, others.reviewer],
      'otp.closed': [1, others.lost],
      'label.invalid': [1, alice],
      'label.key_twice': [1, alice],
      'phone.invalid': [1, alice],
      'phone.taken': [1, others.sameNumber],
      'profile.incomplete': [1, others.odd],
      'profile.second': [1, alice],
      'profile.metadata': [1, others.plain],
      'document.invalid': [1, alice],
      'document.file_missing': [1, alice],
      'document.file_refused': [2, alice, alice],
      'document.not_an_image': [1, alice],
      'application.invalid': [1, expect.stringMatching(/^#\d+$/)],
      'application.redirect_uri': [1, PEAK.uid],
      'website.invalid': [1, expect.stringMatching(/^#\d+$/)],
    });
    expect(report).toMatch(/^ +10 {2}accounts taken over$/m);
    expect(report).toMatch(/^ +1 {2}phones left out, never verified$/m);
  });

  it('is the same in a dry run, which keeps nothing', () => {
    expect(rehearsal).toEqual(done);
    expect(untouched[1]).toEqual(untouched[0]);
  });

  it('holds nothing personal and no secret, and nor does the audit log', async () => {
    const [entry] = await server.sql<{ details: object }>(
      `SELECT details FROM audit_entries WHERE action = 'barong_import.finished'`,
    );
    expect(entry?.details).toMatchObject({ from: expect.stringContaining(DATABASE), 'accounts taken over': 10 });
    for (const text of [done.join('\n'), JSON.stringify(entry)]) {
      expect(text).not.toMatch(/@|447911|Neill|AB 123456|\.jpg|\$2[ay]\$/);
      for (const secret of [PASSWORD, SECRET, PEAK.secret, OLD_PASSWORD]) expect(text).not.toContain(secret);
    }
  });
});

describe('somebody of Barong', () => {
  it.each([
    ['$2a$', () => 'alice@example.com'],
    ['$2y$', () => emailOf('php')],
  ])('signs in with the old password, hashed under %s, and it is hashed anew', async (prefix, email) => {
    const hashOf = async () =>
      (
        await server.sql<{ hash: string }>(
          'SELECT password_hash AS hash FROM credentials JOIN accounts ON accounts.id = account_id WHERE email = $1',
          [email()],
        )
      )[0]?.hash;
    expect(await hashOf()).toContain(`v0$${prefix}04$`);
    expect(outcome(await signInAs(email(), { password: 'six-no' }))).toEqual([401, '401 Unauthorized']);
    expect((await signInAs(email())).status).toBe(201);
    expect(await hashOf()).toMatch(/^v1\$1\$\$2b\$10\$/);
    expect((await signInAs(email())).status).toBe(201);
  });

  it('has the level, labels, phone and profile of before', async () => {
    const token = (await signInAs('alice@example.com')).body;
    const get = async (what: string) => (await call<unknown>(server, 'GET', `/api/v1/${what}`, { token })).body;
    const me = { uid: old.uids.alice, email: 'alice@example.com', role: 'member', level: 3, state: 'active' };
    expect(await get('accounts/me')).toEqual({ ...me, otp_enabled: false });
    const at = { created_at: '2018-05-04T03:02:01.000Z', updated_at: '2018-05-04T03:02:01.000Z' };
    expect(await get('labels')).toEqual([
      { key: 'nickname', value: 'Ally', scope: 'public', ...at },
      { key: 'risk', value: 'low', scope: 'private', ...at },
    ]);
    const { country, metadata: _, ...texts } = profile();
    expect(await get('profiles/me')).toEqual({ ...texts, country, metadata: { occupation: 'engineer' } });
    const number = { body: { phone_number: '+44 7911 123456' }, token };
    expect(outcome(await call(server, 'POST', '/api/v1/phones', number))).toEqual([
      400,
      'Phone number is already exists',
    ]);
    expect(await account('alice')).toMatchObject({
      phone_verified_at: new Date('2018-05-05T10:00:00Z'),
      identity_approved_at: new Date('2018-05-04T03:02:01Z'),
    });
  });

  it('has documents that reviewers open, made anew, and of no upload more', async () => {
    const admin = await newMember(server, 'admin');
    const { body: list } = await callAs<{ id: string }[]>(
      server,
      admin,
      'GET',
      `/accounts/${old.uids.alice ?? ''}/documents`,
    );
    expect(list).toEqual([
      expect.objectContaining({
        doc_type: 'Passport',
        doc_number: 'AB 123456',
        doc_expire: '2019-01-31',
        state: 'approved',
      }),
    ]);
    const response = await fetch(`${server.url}/api/v1/admin/documents/${list[0]?.id ?? ''}/file`, {
      headers: { authorization: `Bearer ${admin.token}` },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(await storedFiles(server)).toHaveLength(1);
  });

  it('with a second factor needs it, whether its secret came along or not', async () => {
    const code = { otp_code: codeOf(SECRET) };
    const [known, lost] = [emailOf('codes'), emailOf('lost')];
    for (const email of [known, lost]) expect(outcome(await signInAs(email))[0]).toBe(403);
    expect((await signInAs(known, code)).status).toBe(201);
    expect(outcome(await signInAs(lost, code))).toEqual([403, 'OTP code is invalid']);
    const [asking, agreeing] = [await newMember(server, 'admin'), await newMember(server, 'admin')];
    const recovery = `/accounts/${old.uids.lost ?? ''}/otp_recovery`;
    await callAs(server, asking, 'POST', recovery, { body: { reason: 'came from Barong' } });
    await callAs(server, agreeing, 'PUT', recovery);
    expect((await signInAs(lost)).status).toBe(201);
  });

  it('gets in only as before: not unconfirmed, not banned, not in a state that nobody knows', async () => {
    expect(outcome(await signInAs(emailOf('fresh')))).toEqual([
      401,
      'You have to confirm your email address before continuing',
    ]);
    expect(outcome(await signInAs(emailOf('banned')))).toEqual([401, 'Your account is locked']);
    expect(await account('odd')).toMatchObject({ role: 'member', state: 'locked', level: 3 });
    expect(await account('fresh')).toMatchObject({ state: 'pending', level: 0, email_confirmed_at: null });
    expect(await account('plain')).toMatchObject({ state: 'active', level: 1, identity_approved_at: null });
    expect(await account('reviewer')).toMatchObject({ role: 'compliance' });
    expect([await account('twin'), await account('evil')]).toEqual([undefined, undefined]);
  });
});

describe('an application of Barong', () => {
  const authorization = `Basic ${Buffer.from(`${PEAK.uid}:${PEAK.secret}`).toString('base64')}`;
  const redeem = (headers: Record<string, string>) =>
    call<object>(server, 'POST', '/oauth/token', {
      headers,
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', code: 'unknown', redirect_uri: 'https://peak.example/callback' },
      }),
    });

  it('is known at the token endpoint by its old secret', async () => {
    const wrong = `Basic ${Buffer.from(`${PEAK.uid}:another`).toString('base64')}`;
    expect(outcome(await redeem({ authorization }))).toEqual([400, 'invalid_grant']);
    expect(outcome(await redeem({ authorization: wrong }))).toEqual([401, 'invalid_client']);
  });

  it('leads people to sign in without PKCE, back to its https addresses only', async () => {
    const authorize = (uri: string) => {
      const query = new URLSearchParams({ client_id: PEAK.uid, response_type: 'code', redirect_uri: uri, state: 'x' });
      return call(server, 'GET', `/oauth/authorize?${query.toString()}`);
    };
    for (const uri of ['https://peak.example/callback', 'https://peak.example/other']) {
      expect((await authorize(uri)).headers.get('location')).toMatch(/^(http:\/\/[^/]+)?\/interaction\//);
    }
    expect((await authorize('http://peak.example/plain')).status).toBe(400);
    const [row] = await server.sql('SELECT * FROM applications WHERE uid = $1', [PEAK.uid]);
    expect(row).toMatchObject({ kind: 'confidential', skip_consent: true, first_party: true, require_pkce: false });
    expect(await server.sql('SELECT host, name FROM websites')).toEqual([{ host: 'peak.example', name: 'Peak' }]);
  });
});

describe('another run', () => {
  it('takes what is new, and changes and brings back nothing of what is here', async () => {
    const token = await signIn(server, { email: 'alice@example.com', password: OLD_PASSWORD });
    expect((await call(server, 'DELETE', '/api/v1/labels/nickname', { token })).status).toBe(204);
    const admin = await newMember(server, 'admin');
    expect((await callAs(server, admin, 'DELETE', `/accounts/${old.uids.php ?? ''}`)).status).toBe(204);
    const before = await everything();
    const again = (await importing()).join('\n');
    expect(again).toMatch(/^ +10 {2}accounts left alone, known here$/m);
    expect(again).not.toMatch(/taken over$/m);
    expect(await everything()).toEqual(before);

    const late = await person(old.source, { encrypted_password: devise(OLD_PASSWORD) });
    expect((await importing()).join('\n')).toMatch(/^ +1 {2}accounts taken over$/m);
    expect((await signInAs(`${late.uid}@example.com`)).status).toBe(201);
  });
});

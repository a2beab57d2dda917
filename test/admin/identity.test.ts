import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, messageTo, outcome } from '../support/client.js';
import { picture, submit } from '../documents/uploads.js';
import { auditOf, callAs, type Member, newMember } from './staff.js';

const PROFILE = {
  first_name: 'Alice',
  last_name: 'Wonder',
  dob: '1990-05-17',
  address: '1 Main Street',
  postcode: '01001',
  city: 'Kyiv',
  country: 'UA',
};

let server: TestApp;
let admin: Member;
let compliance: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  compliance = await newMember(server, 'compliance');
});
afterAll(() => server.close());

const codeOf = ({ body }: Answer) => (body as { code?: string }).code;
const levelOf = async ({ uid }: Member) =>
  (await callAs<{ level: number }>(server, admin, 'GET', `/accounts/${uid}`)).body.level;
const actions = async ({ uid }: Member) => (await auditOf(server, uid)).map(({ action }) => action);

async function withProfile(member?: Member): Promise<Member> {
  const owner = member ?? (await newMember(server));
  const answer = await call(server, 'POST', '/api/v1/profiles', { token: owner.token, body: PROFILE });
  expect(answer.status).toBe(201);
  await server.sql('UPDATE accounts SET level = 2, phone_verified_at = now() WHERE uid = $1', [owner.uid]);
  return owner;
}

async function withDocument(member?: Member): Promise<{ owner: Member; id: string; bytes: Buffer }> {
  const owner = member ?? (await newMember(server));
  const bytes = await picture('png');
  expect((await submit(server, owner.token, { bytes, name: 'id.png', type: 'image/png' })).status).toBe(201);
  const list = await callAs<{ id: string }[]>(server, admin, 'GET', `/accounts/${owner.uid}/documents`);
  return { owner, id: list.body[0]?.id ?? '', bytes };
}

describe('a profile', () => {
  const show = (by: Member, { uid }: Pick<Member, 'uid'>) =>
    callAs<Record<string, unknown>>(server, by, 'GET', `/accounts/${uid}/profile`);
  const decide = (by: Member, { uid }: Pick<Member, 'uid'>, body: unknown) =>
    callAs<null>(server, by, 'PUT', `/accounts/${uid}/profile/state`, { body });

  it('is read by compliance, and that is recorded', async () => {
    const owner = await withProfile();
    const { status, body } = await show(compliance, owner);
    expect(status).toBe(200);
    expect(body).toEqual(
      expect.objectContaining({ ...PROFILE, uid: owner.uid, country_code: 'UA', state: 'pending', reason: null }),
    );
    expect((await auditOf(server, owner.uid))[0]).toEqual(
      expect.objectContaining({ action: 'profile.viewed', actor_uid: compliance.uid, details: {} }),
    );
    expect((await callAs(server, compliance, 'GET', `/accounts/${owner.uid}`)).body).toEqual(
      expect.objectContaining({ profile_state: 'pending' }),
    );
  });

  it('waits in the list of its state, oldest first, until it is decided about', async () => {
    const [first, second] = [await withProfile(), await withProfile()];
    const waiting = async (query = '') => {
      const { body, headers } = await callAs<{ uid: string }[]>(
        server,
        compliance,
        'GET',
        `/profiles?limit=200${query}`,
      );
      return { uids: body.map(({ uid }) => uid), total: headers.get('Total') };
    };
    const { uids, total } = await waiting();
    expect(uids.slice(-2)).toEqual([first.uid, second.uid]);
    expect(total).toBe(String(uids.length));
    const sql = `SELECT details FROM audit_entries WHERE action = 'profile.listed' AND actor_uid = $1 ORDER BY id DESC`;
    expect((await server.sql(sql, [compliance.uid]))[0]).toEqual({ details: { state: 'pending', accounts: uids } });

    await decide(admin, first, { state: 'approved' });
    expect((await waiting('&state=pending')).uids).not.toContain(first.uid);
    expect((await waiting('&state=approved')).uids).toContain(first.uid);
    expect(outcome(await callAs(server, admin, 'GET', '/profiles?state=lost'))).toEqual([400, 'state is invalid']);
  });

  it('is approved, which moves the level, and rejected after all with a reason for its owner', async () => {
    const owner = await withProfile();
    const approved = await decide(compliance, owner, { state: 'approved' });
    expect([approved.status, approved.body, await levelOf(owner)]).toEqual([200, null, 3]);
    expect((await decide(compliance, owner, { state: 'rejected' })).status).toBe(422);
    expect((await decide(admin, owner, { state: 'rejected', reason: 'The address is old' })).status).toBe(200);
    expect(await levelOf(owner)).toBe(2);
    expect((await messageTo(server, owner.email, 2)).text).toContain('The address is old');
    expect((await show(admin, owner)).body).toEqual(
      expect.objectContaining({ state: 'rejected', reason: 'The address is old', reviewed_by: admin.uid }),
    );
  });

  it('that has changed since it was looked at is not decided about', async () => {
    const owner = await withProfile();
    const seen = (await show(compliance, owner)).body.updated_at;
    expect((await decide(compliance, owner, { state: 'rejected', reason: 'Unreadable', seen })).status).toBe(200);
    expect((await decide(admin, owner, { state: 'approved', seen })).status).toBe(409);
  });

  it('of one’s own is for others to decide about', async () => {
    const owner = await withProfile(await newMember(server, 'compliance'));
    expect(codeOf(await decide(owner, owner, { state: 'approved' }))).toBe('profile.own_review');
  });

  it('that is none can be neither shown nor decided about', async () => {
    const bare = await newMember(server);
    for (const uid of [bare.uid, 'ID0000000000', 'x%00']) {
      expect((await show(admin, { uid })).status).toBe(404);
      expect((await decide(admin, { uid }, { state: 'approved' })).status).toBe(404);
    }
  });

  it.each<[unknown, string]>([
    [{}, 'state is missing'],
    [{ state: '' }, 'state is empty'],
    [{ state: 'gone' }, 'state is invalid'],
    [{ state: ['approved'] }, 'state is invalid'],
    [{ state: 'approved', seen: 'today' }, 'seen is invalid'],
  ])('is not decided about by %j', async (body, sentence) => {
    expect(outcome(await decide(admin, { uid: 'ID0000000000' }, body))).toEqual([400, sentence]);
  });
});

describe('a document', () => {
  it('is listed for staff with what its owner told, and that is recorded', async () => {
    const { owner, id } = await withDocument();
    const { status, body } = await callAs(server, compliance, 'GET', `/accounts/${owner.uid}/documents`);
    expect(status).toBe(200);
    expect(body).toEqual([
      expect.objectContaining({
        id,
        doc_type: 'Passport',
        doc_number: 'AB1234567',
        state: 'pending',
        scan_state: 'clean',
      }),
    ]);
    expect((await actions(owner))[0]).toBe('document.listed');
    expect((await callAs(server, admin, 'GET', '/accounts/ID0000000000/documents')).status).toBe(404);
  });

  it('is handed out to be saved and never shown, and each look at it is recorded (C-65)', async () => {
    const { owner, id } = await withDocument();
    const response = await fetch(`${server.url}/api/v1/admin/documents/${id}/file`, {
      headers: { authorization: `Bearer ${compliance.token}` },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(Object.fromEntries(response.headers)).toEqual(
      expect.objectContaining({
        'content-type': 'image/png',
        'content-length': String(bytes.length),
        'content-disposition': `attachment; filename*=UTF-8''passport-${owner.uid}.png`,
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      }),
    );
    const [entry] = await auditOf(server, owner.uid);
    expect(entry).toEqual(expect.objectContaining({ action: 'document.viewed', actor_uid: compliance.uid }));
  });

  it('that was not found clean is not handed out', async () => {
    const { id } = await withDocument();
    for (const state of ['pending', 'error', 'infected']) {
      await server.sql('UPDATE documents SET scan_state = $2 WHERE id = $1', [id, state]);
      expect((await callAs(server, admin, 'GET', `/documents/${id}/file`)).status).toBe(409);
    }
  });

  it('is approved or rejected, but not by its owner', async () => {
    const { owner, id } = await withDocument(await newMember(server, 'compliance'));
    const decide = (by: Member, state: unknown) =>
      callAs<null>(server, by, 'PUT', `/documents/${id}/state`, { body: { state } });
    expect(codeOf(await decide(owner, 'approved'))).toBe('document.own');
    const approved = await decide(compliance, 'approved');
    expect([approved.status, approved.body]).toEqual([200, null]);
    expect(outcome(await decide(compliance, 'pending'))).toEqual([400, 'state is invalid']);
    expect((await decide(admin, 'rejected')).status).toBe(200);
    expect((await actions(owner)).slice(0, 2)).toEqual(['document.rejected', 'document.approved']);
  });

  it.each(['x', '%00', '00000000-0000-4000-8000-000000000000', '1'.repeat(5000)])(
    'of id %# is not there',
    async (id) => {
      expect((await callAs(server, admin, 'GET', `/documents/${id}/file`)).status).toBe(404);
      expect(
        (await callAs(server, admin, 'PUT', `/documents/${id}/state`, { body: { state: 'approved' } })).status,
      ).toBe(404);
    },
  );

  it('goes with its account', async () => {
    const { owner, id } = await withDocument();
    expect((await callAs(server, admin, 'DELETE', `/accounts/${owner.uid}`)).status).toBe(204);
    expect((await callAs(server, admin, 'GET', `/documents/${id}/file`)).status).toBe(404);
  });
});

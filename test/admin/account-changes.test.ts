import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { type Answer, call, outcome, signIn } from '../support/client.js';
import { agedToken } from '../support/tokens.js';
import { auditOf, callAs, isAlive, type Member, newMember } from './staff.js';

let server: TestApp;
let admin: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
});
afterAll(() => server.close());

const change = (by: Member, { uid }: Pick<Member, 'uid'>, body: unknown) =>
  callAs<{ role: string; state: string }>(server, by, 'PATCH', `/accounts/${uid}`, { body });
const remove = (by: Member, { uid }: Pick<Member, 'uid'>) => callAs(server, by, 'DELETE', `/accounts/${uid}`);
const codeOf = (answer: Answer) => (answer.body as { code?: string }).code;
const trySignIn = ({ email, password }: Member) =>
  call(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: LOCAL_DEMO } });

describe('a change of role', () => {
  it('counts from the next request on: old tokens are dead, a new sign-in has the role', async () => {
    const member = await newMember(server);
    const answer = await change(admin, member, { role: 'compliance' });
    expect([answer.status, answer.body.role]).toEqual([200, 'compliance']);
    expect(await isAlive(server, member.token)).toBe(false);

    const promoted = { token: await signIn(server, member) };
    expect((await callAs(server, promoted, 'GET', '/accounts?limit=1')).status).toBe(200);
    await change(admin, member, { role: 'member' });
    expect((await callAs(server, promoted, 'GET', '/accounts')).status).toBe(401);
    const demoted = { token: await signIn(server, member) };
    expect((await callAs(server, demoted, 'GET', '/accounts')).status).toBe(403);
  });

  it('stands in the audit log with what was before', async () => {
    const member = await newMember(server);
    await change(admin, member, { role: 'admin' });
    expect((await auditOf(server, member.uid))[0]).toEqual({
      actor_uid: admin.uid,
      action: 'account.role_changed',
      target: member.uid,
      details: { before: 'member', after: 'admin' },
    });
  });

  it('needs a sign-in of the last 15 minutes or the password', async () => {
    const member = await newMember(server);
    const tired = { ...admin, token: agedToken(server, admin.token, 16 * 60) };
    const refused = await change(tired, member, { role: 'compliance' });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'session.reauthentication_required']);
    expect((await change(tired, member, { role: 'compliance', password: 'wrong password' })).status).toBe(401);
    expect((await change(tired, member, { state: 'locked' })).status).toBe(403);
    expect((await change(tired, member, { role: 'compliance', password: admin.password })).status).toBe(200);
  });

  it('to what is no role or state is refused', async () => {
    const member = await newMember(server);
    expect(outcome(await change(admin, member, { role: 'root', state: 'gone' }))).toEqual([
      422,
      ['Role is not included in the list', 'State is not included in the list'],
    ]);
    expect(outcome(await change(admin, member, { role: ['admin'] }))).toEqual([400, 'role is invalid']);
    expect(outcome(await change(admin, member, { level: 3, email: 'x@example.com' }))).toEqual([
      400,
      'role or state is missing',
    ]);
    expect(await isAlive(server, member.token)).toBe(true);
  });

  it('to the role it has already changes nothing and ends nothing', async () => {
    const member = await newMember(server);
    expect((await change(admin, member, { role: 'member', state: 'active' })).status).toBe(200);
    expect(await isAlive(server, member.token)).toBe(true);
    expect((await auditOf(server, member.uid)).map(({ action }) => action)).not.toContain('account.role_changed');
  });

  it('is for admins, not for compliance', async () => {
    const [compliance, member] = [await newMember(server, 'compliance'), await newMember(server)];
    for (const answer of [await change(compliance, member, { role: 'admin' }), await remove(compliance, member)]) {
      expect(outcome(answer)).toEqual([403, 'insufficient_scope']);
    }
  });
});

describe('a change of state', () => {
  it.each(['locked', 'banned'])(
    'to %s ends every token at once and keeps the person out until it is lifted',
    async (state) => {
      const member = await newMember(server);
      expect((await change(admin, member, { state })).body.state).toBe(state);
      expect(await isAlive(server, member.token)).toBe(false);
      expect(outcome(await trySignIn(member))).toEqual([401, 'Your account is locked']);

      expect((await change(admin, member, { state: 'active' })).body.state).toBe('active');
      expect(await isAlive(server, member.token)).toBe(false);
      expect(await isAlive(server, await signIn(server, member))).toBe(true);
      expect((await auditOf(server, member.uid)).filter(({ action }) => action === 'account.state_changed')).toEqual([
        expect.objectContaining({ details: { before: state, after: 'active' } }),
        expect.objectContaining({ details: { before: 'active', after: state } }),
      ]);
    },
  );

  it('does not confirm an address, nor take a confirmation back', async () => {
    const email = 'unconfirmed@example.com';
    await call(server, 'POST', '/api/v1/accounts', { body: { email, password: 'a long enough password' } });
    const [{ uid = '' } = {}] = await server.sql<{ uid: string }>('SELECT uid FROM accounts WHERE email = $1', [email]);
    expect(outcome(await change(admin, { uid }, { state: 'active' }))).toEqual([422, ['Email is not confirmed yet']]);
    expect((await change(admin, { uid }, { state: 'banned' })).status).toBe(200);
    expect(outcome(await change(admin, { uid }, { state: 'active' }))).toEqual([422, ['Email is not confirmed yet']]);
    expect((await change(admin, { uid }, { state: 'pending' })).status).toBe(200);

    const member = await newMember(server);
    expect(outcome(await change(admin, member, { state: 'pending' }))).toEqual([422, ['Email is confirmed already']]);
  });

  it('to banned keeps the address from signing up again', async () => {
    const member = await newMember(server);
    await change(admin, member, { state: 'banned' });
    const again = await call(server, 'POST', '/api/v1/accounts', {
      body: { email: member.email, password: 'yet another one' },
    });
    expect(outcome(again)).toEqual([422, ['Email has already been taken']]);
  });

  it('comes with a change of role in one request, or not at all', async () => {
    const member = await newMember(server);
    const answer = await change(admin, member, { role: 'compliance', state: 'locked' });
    expect([answer.body.role, answer.body.state]).toEqual(['compliance', 'locked']);
    expect((await change(admin, member, { role: 'admin', state: 'pending' })).status).toBe(422);
    const { body } = await callAs<{ role: string }>(server, admin, 'GET', `/accounts/${member.uid}`);
    expect(body.role).toBe('compliance');
  });
});

describe('signing somebody out', () => {
  it('ends every session and says so in the audit log', async () => {
    const member = await newMember(server);
    expect((await callAs(server, admin, 'DELETE', `/accounts/${member.uid}/sessions`)).status).toBe(204);
    expect(await isAlive(server, member.token)).toBe(false);
    expect((await auditOf(server, member.uid))[0]?.action).toBe('account.sessions_ended');
    expect((await callAs(server, admin, 'DELETE', '/accounts/ID0000000000/sessions')).status).toBe(404);
  });
});

describe('deleting an account', () => {
  it('takes all that hangs on it along, kills its tokens and leaves the audit log', async () => {
    const member = await newMember(server);
    const { uid } = member;
    await callAs(server, admin, 'POST', `/accounts/${uid}/labels`, { body: { key: 'risk', value: 'low' } });
    const [{ id = '' } = {}] = await server.sql<{ id: string }>('SELECT id FROM accounts WHERE uid = $1', [uid]);
    const before = await auditOf(server, uid);

    const answer = await remove(admin, member);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect(await isAlive(server, member.token)).toBe(false);
    expect((await trySignIn(member)).status).toBe(401);
    expect((await callAs(server, admin, 'GET', `/accounts/${uid}`)).status).toBe(404);
    for (const table of ['sessions', 'labels', 'credentials', 'profiles', 'phones', 'documents']) {
      expect(await server.sql(`SELECT 1 FROM ${table} WHERE account_id = $1`, [id])).toEqual([]);
    }
    const [newest, ...older] = await auditOf(server, uid);
    expect(newest).toEqual(expect.objectContaining({ action: 'account.deleted', actor_uid: admin.uid }));
    expect(newest?.details).toEqual({ role: 'member', state: 'active', level: 1 });
    expect(older.slice(-before.length)).toEqual(before);
    expect((await remove(admin, member)).status).toBe(404);
  });
});

describe('nobody', () => {
  it.each(['role', 'state'])('changes their own %s', async (field) => {
    const answer = await change(admin, admin, { [field]: field === 'role' ? 'member' : 'locked' });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'account.own_change']);
  });

  it('deletes themselves', async () => {
    const answer = await remove(admin, admin);
    expect([answer.status, codeOf(answer)]).toEqual([403, 'account.own_change']);
    expect(await isAlive(server, admin.token)).toBe(true);
  });
});

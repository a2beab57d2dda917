import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { adminSignedIn, noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import type { UserAgent } from '../support/user-agent.js';
import { auditOf, isAlive, type Member, newMember } from './staff.js';

let server: TestApp;
let admin: UserAgent;
let adminUid: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await adminSignedIn(server);
  adminUid = await uidOf(ADMIN.email);
});
afterAll(() => server?.close());

async function uidOf(email: string): Promise<string> {
  const [row] = await server.sql<{ uid: string }>('SELECT uid FROM accounts WHERE email = $1', [email]);
  return row?.uid ?? '';
}

const actionsOn = async (uid: string): Promise<string[]> => (await auditOf(server, uid)).map(({ action }) => action);
const pageOf = ({ uid }: Pick<Member, 'uid'>): string => `/admin/accounts/${uid}`;

/** As if everybody had signed in twenty minutes ago. */
async function asLongAgo(work: () => Promise<void>): Promise<void> {
  const now = Date.now;
  Date.now = () => now() + 20 * 60_000;
  try {
    await work();
  } finally {
    Date.now = now;
  }
}

async function withSecondFactor(): Promise<Member> {
  const member = await newMember(server);
  await server.sql(
    `INSERT INTO otp_secrets (account_id, secret_encrypted) SELECT id, '\\x00' FROM accounts WHERE uid = $1`,
    [member.uid],
  );
  await server.sql('UPDATE accounts SET otp_enabled = true WHERE uid = $1', [member.uid]);
  return member;
}

describe('the list of accounts', () => {
  it('is searched and filtered, and keeps what was chosen', async () => {
    const member = await newMember(server);
    const officer = await newMember(server, 'compliance');
    const found = await admin.open(`/admin/accounts?q=${member.email}&role=member&state=active&level=1`);
    expect(found.html).toContain(`href="${pageOf(member)}"`);
    expect(found.html).toContain(`value="${member.email}"`);
    expect(found.html).toMatch(/<option value="active" selected/);
    expect(textOf(found)).toContain('1 account');
    const officers = await admin.open('/admin/accounts?role=compliance');
    expect(officers.html).toContain(pageOf(officer));
    expect(officers.html).not.toContain(pageOf(member));
    expect(textOf(await admin.open('/admin/accounts?q=nobody-is-called-this'))).toContain('No account fits.');
    expect((await admin.open('/admin/accounts?role=king')).status).toBe(400);
  });

  it('leads from page to page with the filter', async () => {
    await server.sql(
      `INSERT INTO accounts (uid, email) SELECT 'ID' || lpad(to_hex(n), 10, 'F'), 'many' || n || '@example.com'
       FROM generate_series(100, 160) AS n`.replace('to_hex(n)', 'upper(to_hex(n))'),
    );
    const first = await admin.open('/admin/accounts?q=many');
    expect(first.html).toContain('href="/admin/accounts?q=many&amp;page=2" rel="next"');
    expect(textOf(await admin.open('/admin/accounts?q=many&page=2'))).toContain('Page 2 of 3');
  });

  it('is closed to members', async () => {
    const member = await newMember(server);
    const agent = await signedIn(server, member);
    for (const path of ['/admin/accounts', pageOf(member), '/admin/reviews']) {
      const refused = await agent.open(path);
      expect([path, refused.status, titleOf(refused)]).toEqual([path, 403, 'This cannot go on']);
    }
  });
});

describe('the page of an account', () => {
  it('shows an admin everything at a glance, phone numbers but for their middle', async () => {
    const member = await newMember(server);
    await server.sql(
      `INSERT INTO phones (account_id, number, country_code, verified_at)
       SELECT id, '+4915112345678', 'DE', now() FROM accounts WHERE uid = $1`,
      [member.uid],
    );
    const page = await admin.open(pageOf(member));
    expect([page.status, titleOf(page)]).toEqual([200, member.email]);
    expect(page.html).not.toContain('+4915112345678');
    const text = textOf(page);
    for (const part of ['+491•••••••678', 'Verified', 'E-mail address confirmed', 'Local demo', 'Signed in']) {
      expect([part, text.includes(part)]).toEqual([part, true]);
    }
  });

  it('shows compliance the account but nothing to change, no labels, sessions or activity', async () => {
    const member = await newMember(server);
    const officer = await signedIn(server, await newMember(server, 'compliance'));
    const page = await officer.open(pageOf(member));
    expect([page.status, titleOf(page)]).toEqual([200, member.email]);
    expect(page.html).not.toMatch(/<h2>(Labels|Sessions|Activity)<\/h2>/);
    expect(page.html).not.toContain(`${pageOf(member)}/`);
    for (const action of ['access', 'sessions/end', 'labels', 'labels/change', 'labels/delete', 'recovery', 'delete']) {
      const refused = await post(server, officer, `${pageOf(member)}/${action}`, {}, page);
      expect([action, refused.status]).toEqual([action, 403]);
    }
    for (const action of ['access', 'recovery', 'delete']) {
      expect((await officer.open(`${pageOf(member)}/${action}`)).status).toBe(403);
    }
    expect(await isAlive(server, member.token)).toBe(true);
  });

  it('is a page of its own for an account that there is not', async () => {
    for (const uid of ['ID0000000000', 'nonsense', '..%2fkeys']) {
      const page = await admin.open(`/admin/accounts/${uid}`);
      expect([uid, page.status, titleOf(page)]).toEqual([uid, 404, 'There is nothing here']);
    }
  });

  it('takes no form from anywhere else', async () => {
    const member = await newMember(server);
    const forged = await post(server, admin, `${pageOf(member)}/sessions/end`, {});
    expect(forged.status).toBe(403);
    const stranger = await signedIn(server, await newMember(server, 'admin'));
    const foreign = await stranger.open(pageOf(member));
    expect((await post(server, admin, `${pageOf(member)}/sessions/end`, {}, foreign)).status).toBe(403);
    expect(await isAlive(server, member.token)).toBe(true);
  });
});

describe('labels on the page of an account', () => {
  it('are added, changed and deleted, and the record says so', async () => {
    const member = await newMember(server);
    let page = await admin.open(pageOf(member));
    page = await admin.submit(page, '/labels', { key: 'risk', value: 'high', scope: 'private' });
    expect(noticesOf(page)).toEqual(['The label is there.']);
    page = await admin.submit(page, '/labels/change', { value: 'low', scope: 'public' });
    expect(noticesOf(page)).toEqual(['The label is changed.']);
    expect(textOf(page)).toContain('risk low Public');
    page = await admin.submit(page, '/labels/delete');
    expect(noticesOf(page)).toEqual(['The label is gone.']);
    expect((await actionsOn(member.uid)).slice(0, 3)).toEqual(['label.deleted', 'label.changed', 'label.created']);
  });

  it('are refused with what was typed', async () => {
    const member = await newMember(server);
    const typed = { key: 'Risk!', value: 'high', scope: 'private' };
    const page = await admin.submit(await admin.open(pageOf(member)), '/labels', typed);
    expect([page.status, noticesOf(page)]).toEqual([422, ['Key is invalid']]);
    expect(page.html).toContain('value="Risk!"');
    expect(page.html).toMatch(/<details open/);
  });
});

describe('what admins do to accounts', () => {
  it('changes role and state, which ends every session', async () => {
    const member = await newMember(server);
    const form = await admin.open(`${pageOf(member)}/access`);
    const page = await admin.submit(form, '/access', { role: 'compliance', state: 'locked' });
    expect(noticesOf(page)).toEqual(['Role and state are as you chose.']);
    expect(textOf(page)).toContain('Locked');
    expect(await isAlive(server, member.token)).toBe(false);
    expect((await actionsOn(member.uid)).slice(0, 2)).toEqual(['account.state_changed', 'account.role_changed']);
  });

  it('shows the form again for a state that cannot follow', async () => {
    const member = await newMember(server);
    const form = await admin.open(`${pageOf(member)}/access`);
    const page = await admin.submit(form, '/access', { role: 'admin', state: 'pending' });
    expect([page.status, noticesOf(page)]).toEqual([422, ['Email is confirmed already']]);
    expect(page.html).toMatch(/<option value="admin" selected/);
  });

  it('asks whoever signed in long ago to do so again, and leads back', async () => {
    const member = await newMember(server);
    const form = await admin.open(`${pageOf(member)}/access`);
    await asLongAgo(async () => {
      for (const page of [
        await admin.open(`${pageOf(member)}/access`),
        await admin.submit(form, '/access', { role: 'admin', state: 'active' }),
      ]) {
        expect(titleOf(page)).toBe('Is it you?');
        expect(new URL(page.url).searchParams.get('return_to')).toBe(`${pageOf(member)}/access`);
      }
    });
    expect(await isAlive(server, member.token)).toBe(true);
  });

  it('refuses to change, delete or recover oneself', async () => {
    const own = await admin.open(pageOf({ uid: adminUid }));
    expect(own.html).not.toContain(`${pageOf({ uid: adminUid })}/access`);
    expect(textOf(own)).toContain('nobody changes their own role or state');
    for (const action of ['access', 'recovery', 'delete']) {
      const page = await admin.open(`${pageOf({ uid: adminUid })}/${action}`);
      expect([action, page.status]).toEqual([action, 403]);
    }
    const fields = { role: 'member', state: 'active', uid: adminUid };
    for (const action of ['access', 'delete']) {
      const refused = await post(server, admin, `${pageOf({ uid: adminUid })}/${action}`, fields, own);
      expect([action, refused.status, noticesOf(refused)]).toEqual([
        action,
        403,
        ['Nobody changes their own role or state'],
      ]);
    }
  });

  it('signs an account out everywhere', async () => {
    const member = await newMember(server);
    const page = await admin.submit(await admin.open(pageOf(member)), '/sessions/end');
    expect(noticesOf(page)).toEqual(['The account is signed out everywhere.']);
    expect(textOf(page)).toContain('Signed in nowhere.');
    expect(await isAlive(server, member.token)).toBe(false);
    expect((await actionsOn(member.uid))[0]).toBe('account.sessions_ended');
  });

  it('deletes an account once its UID was typed', async () => {
    const member = await newMember(server);
    const form = await admin.open(`${pageOf(member)}/delete`);
    const again = await admin.submit(form, '/delete', { uid: 'ID0000000000' });
    expect([again.status, noticesOf(again)]).toEqual([422, ['This is not the UID of the account.']]);
    const page = await admin.submit(again, '/delete', { uid: member.uid.toLowerCase() });
    expect(noticesOf(page)).toEqual(['The account is deleted.']);
    expect((await admin.open(pageOf(member))).status).toBe(404);
    expect((await actionsOn(member.uid))[0]).toBe('account.deleted');
  });

  it('removes a lost second factor when two admins agree', async () => {
    const member = await withSecondFactor();
    const form = await admin.open(`${pageOf(member)}/recovery`);
    expect(noticesOf(await admin.submit(form, '/recovery', { reason: ' ' }))).toEqual(['Please say why.']);
    const asked = await admin.submit(form, '/recovery', { reason: 'Seen in person' });
    expect(noticesOf(asked)).toEqual(['Another admin can agree within a day. The owner was told.']);

    const waiting = await admin.open(`${pageOf(member)}/recovery`);
    expect(textOf(waiting)).toContain('You asked. Another admin has to agree.');
    const alone = await post(server, admin, `${pageOf(member)}/recovery/approve`, {}, waiting);
    expect([alone.status, noticesOf(alone)]).toEqual([403, ['Another admin has to approve what you requested']]);

    const other = await signedIn(server, await newMember(server, 'admin'));
    const seen = await other.open(`${pageOf(member)}/recovery`);
    expect(textOf(seen)).toContain('Seen in person');
    const agreed = await other.submit(seen, '/recovery/approve');
    expect(noticesOf(agreed)).toEqual(['The second factor is gone. The owner was told.']);
    const [account] = await server.sql('SELECT otp_enabled FROM accounts WHERE uid = $1', [member.uid]);
    expect(account).toEqual({ otp_enabled: false });
  });
});

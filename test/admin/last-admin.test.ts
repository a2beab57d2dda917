import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountAdministrationService } from '../../src/accounts/account-administration.service.js';
import type { AppError } from '../../src/common/app-error.js';
import type { Principal } from '../../src/common/principal.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { callAs, type Member, newMember } from './staff.js';

let server: TestApp;
let first: Member;
let second: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());
beforeEach(async () => {
  first = await newMember(server, 'admin');
  second = await newMember(server, 'admin');
  await server.sql(`UPDATE accounts SET state = 'banned' WHERE uid <> ALL ($1)`, [[first.uid, second.uid]]);
});

const activeAdmins = async () => {
  const sql = `SELECT uid FROM accounts WHERE role = 'admin' AND state = 'active'`;
  return (await server.sql<{ uid: string }>(sql)).map(({ uid }) => uid);
};
const codeOf = ({ body }: Answer) => (body as { code?: string } | undefined)?.code;

/** What each of two admins does to the other. */
const DEEDS: [string, (by: Member, to: Member) => Promise<Answer>][] = [
  ['demote', (by, to) => callAs(server, by, 'PATCH', `/accounts/${to.uid}`, { body: { role: 'member' } })],
  ['lock', (by, to) => callAs(server, by, 'PATCH', `/accounts/${to.uid}`, { body: { state: 'locked' } })],
  ['ban', (by, to) => callAs(server, by, 'PATCH', `/accounts/${to.uid}`, { body: { state: 'banned' } })],
  ['delete', (by, to) => callAs(server, by, 'DELETE', `/accounts/${to.uid}`)],
];

describe('of two admins who at the same time', () => {
  it.each(DEEDS)('%s each other, one stays', async (_, deed) => {
    const answers = await Promise.all([deed(first, second), deed(second, first)]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    // Whoever came second met the last admin, or was met by the first one at the door.
    const refused = answers.find(({ status }) => status >= 300);
    expect([401, 422]).toContain(refused?.status);
    if (refused?.status === 422) expect(codeOf(refused)).toBe('account.last_admin');
    expect(await activeAdmins()).toHaveLength(1);
  });

  it('do so ten times over, one stays', async () => {
    const deeds = DEEDS.slice(0, 3).map(([, deed]) => deed);
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => deeds[n % 3] ?? deeds[0]).flatMap((deed) =>
        deed ? [deed(first, second), deed(second, first)] : [],
      ),
    );
    expect(await activeAdmins()).toHaveLength(1);
  });
});

describe('two demotions that both passed the guard', () => {
  it('leave one admin, and the second hears why', async () => {
    const administration = server.app.get(AccountAdministrationService, { strict: false });
    const origin = { ip: '127.0.0.1', userAgent: '', requestId: '' };
    const demote = (by: Member, to: Member) =>
      administration.change({ account: { uid: by.uid } } as Principal, to.uid, { role: 'member' }, origin);
    const results = await Promise.allSettled([demote(first, second), demote(second, first)]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as AppError).code)).toEqual(['account.last_admin']);
    expect(await activeAdmins()).toHaveLength(1);
  });
});

describe('with a third admin there', () => {
  it('the one who was demoted meanwhile demotes nobody', async () => {
    const third = await newMember(server, 'admin');
    const demote = (by: Member, to: Member) =>
      callAs(server, by, 'PATCH', `/accounts/${to.uid}`, { body: { role: 'member' } });
    const answers = await Promise.all([demote(first, second), demote(second, first)]);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect(await activeAdmins()).toHaveLength(2);
    expect(await activeAdmins()).toContain(third.uid);
  });

  it('an admin may go', async () => {
    const third = await newMember(server, 'admin');
    expect((await callAs(server, first, 'DELETE', `/accounts/${third.uid}`)).status).toBe(204);
    expect(await activeAdmins()).toHaveLength(2);
  });
});

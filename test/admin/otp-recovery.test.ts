import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, outcome } from '../support/client.js';
import { auditOf, callAs, isAlive, type Member, newMember } from './staff.js';

let server: TestApp;
let asker: Member;
let approver: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  asker = await newMember(server, 'admin');
  approver = await newMember(server, 'admin');
});
afterAll(() => server.close());

const request = (by: Member, { uid }: Pick<Member, 'uid'>, body: unknown = { reason: 'Seen in person' }) =>
  callAs<null>(server, by, 'POST', `/accounts/${uid}/otp_recovery`, { body });
const approve = (by: Member, { uid }: Pick<Member, 'uid'>) =>
  callAs<null>(server, by, 'PUT', `/accounts/${uid}/otp_recovery`);
const codeOf = ({ body }: Answer) => (body as { code?: string }).code;

async function withSecondFactor(): Promise<Member> {
  const member = await newMember(server);
  await server.sql(
    `INSERT INTO otp_secrets (account_id, secret_encrypted) SELECT id, '\\x00' FROM accounts WHERE uid = $1`,
    [member.uid],
  );
  await server.sql('UPDATE accounts SET otp_enabled = true WHERE uid = $1', [member.uid]);
  return member;
}

describe('a lost second factor', () => {
  it('is removed by two admins, who stand in the audit log', async () => {
    const member = await withSecondFactor();
    const asked = await request(asker, member);
    expect([asked.status, asked.body]).toEqual([201, null]);
    expect(await isAlive(server, member.token)).toBe(true);
    const agreed = await approve(approver, member);
    expect([agreed.status, agreed.body]).toEqual([200, null]);
    expect(await isAlive(server, member.token)).toBe(false);
    const { body } = await callAs<{ otp_enabled: boolean }>(server, asker, 'GET', `/accounts/${member.uid}`);
    expect(body.otp_enabled).toBe(false);
    expect((await auditOf(server, member.uid)).slice(0, 2).map(({ actor_uid }) => actor_uid)).toEqual([
      approver.uid,
      asker.uid,
    ]);
  });

  it('is not removed by one admin alone, nor for oneself, nor unasked', async () => {
    const member = await withSecondFactor();
    expect((await approve(approver, member)).status).toBe(404);
    await request(asker, member);
    expect(codeOf(await approve(asker, member))).toBe('otp_recovery.same_person');
    expect(codeOf(await request(asker, asker))).toBe('otp_recovery.own_account');
    expect(outcome(await request(asker, member, {}))).toEqual([400, 'reason is missing']);
    expect((await request(asker, await newMember(server))).status).toBe(422);
    expect((await request(asker, { uid: 'ID0000000000' })).status).toBe(404);
  });

  it('is none of compliance’s business', async () => {
    const compliance = await newMember(server, 'compliance');
    expect((await request(compliance, { uid: 'ID0000000000' })).status).toBe(403);
    expect((await approve(compliance, { uid: 'ID0000000000' })).status).toBe(403);
  });
});

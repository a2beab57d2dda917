import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountSetupService } from '../../src/accounts/account-setup.service.js';
import type { AppError } from '../../src/common/app-error.js';
import type { Principal } from '../../src/common/principal.js';
import { OtpRecoveryService } from '../../src/security/otp-recovery.service.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, messageTo, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { codeOf, factorState, inParallel, post, type Protected, protectedPerson, scan } from './authenticator.js';
import { givePasskey } from '../portal/account-owner.js';

const ORIGIN = { ip: '203.0.113.7', userAgent: 'test', requestId: 'request' };

let server: TestApp;
let recoveries: OtpRecoveryService;
let ann: Principal;
let bob: Principal;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  recoveries = server.app.get(OtpRecoveryService, { strict: false });
  ann = await staff('ann@example.com');
  bob = await staff('bob@example.com');
});
afterAll(() => server.close());

/** As the guard would hand it to a route that only admins may call. */
async function staff(email: string): Promise<Principal> {
  const input = { email, password: 'a long enough password', role: 'admin' as const };
  return principalOf(await server.app.get(AccountSetupService, { strict: false }).create(input));
}

async function principalOf(uid: string): Promise<Principal> {
  const [account] = await server.sql<Principal['account']>(
    'SELECT id, uid, email, role, level, state, otp_enabled AS "otpEnabled" FROM accounts WHERE uid = $1',
    [uid],
  );
  return { kind: 'page', account, amr: ['pwd', 'otp'] } as unknown as Principal;
}

const uidOf = ({ token }: Protected): string => String(claimsOf(token).uid);
const request = (by: Principal, uid: string, reason = 'lost phone') => recoveries.request(by, uid, reason, ORIGIN);
const approve = (by: Principal, uid: string) => recoveries.approve(by, uid, ORIGIN);
const refusal = (work: Promise<void>): Promise<[number, string]> =>
  work.then(
    () => [0, 'no refusal'] as [number, string],
    (error: AppError) => [error.status, error.code] as [number, string],
  );
const enter = (person: Person) =>
  call<string>(server, 'POST', '/api/v1/sessions', { body: { ...person, application_id: LOCAL_DEMO } });

describe('a lost device', () => {
  it('is replaced when one admin asks and another one agrees', async () => {
    const owner = await protectedPerson(server);
    const { email } = owner.person;
    await request(ann, uidOf(owner));
    expect(await factorState(server, email)).toBe(true);
    await jobsDone(server);
    expect((await messageTo(server, email)).subject).toBe('Removal of your second factor was requested');

    await givePasskey(server, email);
    await approve(bob, uidOf(owner));
    expect(await factorState(server, email)).toBe(false);
    expect(await server.sql('SELECT 1 FROM passkeys')).toEqual([]);
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token: owner.token })).status).toBe(401);
    await jobsDone(server);
    expect((await messageTo(server, email)).subject).toBe('Two-factor authentication was turned off by our support');
    expect((await enter(owner.person)).status).toBe(201);
    const log = await server.sql(
      `SELECT action, actor_uid, details FROM audit_entries WHERE target = $1 AND action LIKE 'otp_recovery.%' ORDER BY id`,
      [uidOf(owner)],
    );
    expect(log).toEqual([
      { action: 'otp_recovery.requested', actor_uid: ann.account.uid, details: { reason: 'lost phone' } },
      { action: 'otp_recovery.approved', actor_uid: bob.account.uid, details: { requested_by: ann.account.uid } },
    ]);
  });

  it('takes two people', async () => {
    const owner = await protectedPerson(server);
    expect(await refusal(approve(bob, uidOf(owner)))).toEqual([404, 'otp_recovery.not_found']);
    await request(ann, uidOf(owner));
    expect(await refusal(approve(ann, uidOf(owner)))).toEqual([403, 'otp_recovery.same_person']);
    expect(await factorState(server, owner.person.email)).toBe(true);
  });

  it('never is one’s own, nor one’s own to approve', async () => {
    expect(await refusal(request(ann, ann.account.uid))).toEqual([403, 'otp_recovery.own_account']);
    expect(await refusal(approve(ann, ann.account.uid))).toEqual([403, 'otp_recovery.own_account']);
  });

  it('has to be approved within a day', async () => {
    const owner = await protectedPerson(server);
    await request(ann, uidOf(owner));
    await server.sql(`UPDATE otp_recoveries SET expires_at = now() WHERE requested_by = $1`, [ann.account.uid]);
    for (const admin of [ann, bob]) {
      expect(await refusal(approve(admin, uidOf(owner)))).toEqual([404, 'otp_recovery.not_found']);
    }
    expect(await factorState(server, owner.person.email)).toBe(true);
  });

  it('is not replaced on the word of somebody who is no admin any more', async () => {
    const owner = await protectedPerson(server);
    for (const change of [`role = 'member'`, `state = 'banned'`]) {
      const gone = await staff(`gone-${change.length}@example.com`);
      await request(gone, uidOf(owner));
      await server.sql(`UPDATE accounts SET ${change} WHERE uid = $1`, [gone.account.uid]);
      expect(await refusal(approve(bob, uidOf(owner)))).toEqual([404, 'otp_recovery.not_found']);
    }
  });

  it('is void when the owner turned the factor off, also for the next device', async () => {
    const owner = await protectedPerson(server);
    await request(ann, uidOf(owner));
    const body = { password: owner.person.password, code: await owner.freshCode() };
    await post(server, 'disable_2fa', owner.token, body);
    const secret = await scan(server, owner.token);
    expect((await post(server, 'enable_2fa', owner.token, { code: codeOf(secret) })).status).toBe(201);
    expect(await refusal(approve(bob, uidOf(owner)))).toEqual([404, 'otp_recovery.not_found']);
    expect(await factorState(server, owner.person.email)).toBe(true);
  });

  it('is nothing for an account without a second factor, or for none at all', async () => {
    const uid = String(claimsOf(await signIn(server, await newPerson(server))).uid);
    expect(await refusal(request(ann, uid))).toEqual([422, 'otp_recovery.not_needed']);
    for (const unknown of ['ID0000000000', 'nonsense', 'a\0b', '%', 'x'.repeat(10_000)]) {
      expect(await refusal(request(ann, unknown))).toEqual([404, 'account.not_found']);
      expect(await refusal(approve(ann, unknown))).toEqual([404, 'account.not_found']);
    }
  });

  it('is approved once in twenty parallel calls', async () => {
    const owner = await protectedPerson(server);
    await request(ann, uidOf(owner));
    const results = await inParallel(20, () => refusal(approve(bob, uidOf(owner))));
    expect(results.filter(([status]) => status === 0)).toHaveLength(1);
    expect(results.filter(([status]) => status === 404)).toHaveLength(19);
    expect(outcome(await enter(owner.person))[0]).toBe(201);
  });
});

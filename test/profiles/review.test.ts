import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LevelsService } from '../../src/accounts/levels.service.js';
import type { Principal } from '../../src/common/principal.js';
import { Database } from '../../src/infra/database/database.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { outcome, signInAdmin } from '../support/client.js';
import {
  type Applicant,
  auditOf,
  decide,
  givePhone,
  levelOf,
  mailsTo,
  mine,
  newApplicant,
  newSubmission,
  principalOf,
  PROFILE,
  reviews,
  submit,
  written,
} from './profiles.js';

const APPROVED = 'Your identity was approved';
const REJECTED = 'Your identity was rejected';
const ODD_UIDS = ['ID0000000000', '', 'nobody', 'ID00\u000000', 'a'.repeat(10_000), '%', '\ud800', `' OR 1=1 --`];

let server: TestApp;
let admin: Principal;
let applicant: Applicant;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await principalOf(server, await signInAdmin(server));
});
afterAll(() => server.close());
beforeEach(async () => {
  applicant = await newSubmission(server);
});

const approve = () => decide(server, admin, applicant, 'approved');
const reject = (reason?: string) => decide(server, admin, applicant, 'rejected', reason);
const subjects = async () => (await mailsTo(server, applicant)).map(({ subject }) => subject);
const stateOf = async () => (await mine(server, applicant.token)).body.state;

/** What a refusal says, for `rejects`. */
const refusal = (status: number, code: string, said: unknown) => ({ status, code, refusal: said });

describe('an approval', () => {
  it('is shown to the owner, written to them and recorded', async () => {
    await approve();
    expect((await mine(server, applicant.token)).body).toEqual({ ...PROFILE, state: 'approved', metadata: {} });
    const [mail, ...more] = await mailsTo(server, applicant);
    expect([mail?.subject, mail?.to, more]).toEqual([APPROVED, applicant.email, []]);
    expect((await auditOf(server, applicant)).at(-1)).toEqual({
      actor_uid: admin.account.uid,
      action: 'profile.reviewed',
      details: { before: 'pending', after: 'approved' },
    });
    const profile = await reviews(server).get(applicant.uid);
    expect(profile).toMatchObject({
      uid: applicant.uid,
      email: applicant.email,
      state: 'approved',
      country_code: 'UA',
    });
    expect(profile).toMatchObject({ reviewed_by: admin.account.uid, reviewed_at: expect.any(Date), reason: null });
  });

  it('lifts the level to 3 when the phone is verified', async () => {
    await givePhone(server, applicant);
    await approve();
    expect(await levelOf(server, applicant)).toBe(3);
  });

  it('before the phone lifts nothing until that is verified (C-61)', async () => {
    await approve();
    expect(await levelOf(server, applicant)).toBe(1);
    const [row] = await server.sql<{ id: string }>('SELECT id FROM accounts WHERE uid = $1', [applicant.uid]);
    const levels = server.app.get(LevelsService, { strict: false });
    await server.app
      .get(Database, { strict: false })
      .transaction((tx) => levels.record(tx, row?.id ?? '', 'phoneVerified'));
    expect(await levelOf(server, applicant)).toBe(3);
  });

  it('has no use for a reason and keeps none', async () => {
    await decide(server, admin, applicant, 'approved', 'fine');
    expect(await reviews(server).get(applicant.uid)).toMatchObject({ reason: null });
    expect((await mine(server, applicant.token)).body).not.toHaveProperty('rejection_reason');
  });
});

describe('a rejection', () => {
  const REASON = 'The <b>photo</b> & the "name" don\'t match';

  it('is shown to the owner with its reason, written to them and recorded', async () => {
    await reject(`  ${REASON}\n`);
    expect((await mine(server, applicant.token)).body).toEqual({
      ...PROFILE,
      state: 'rejected',
      metadata: {},
      rejection_reason: REASON,
    });
    const [mail, ...more] = await mailsTo(server, applicant);
    expect([mail?.subject, mail?.to, more]).toEqual([REJECTED, applicant.email, []]);
    expect(mail?.text).toContain(REASON);
    expect(mail?.html).toContain('The &lt;b&gt;photo&lt;/b&gt; &amp; the &quot;name&quot; don&#39;t match');
    expect(mail?.html).not.toContain('<b>');
    expect((await auditOf(server, applicant)).at(-1)).toEqual({
      actor_uid: admin.account.uid,
      action: 'profile.reviewed',
      details: { before: 'pending', after: 'rejected' },
    });
  });

  it.each([undefined, '', ' \n\t'])('needs a reason, and %j is none', async (reason) => {
    const before = await written(server);
    await expect(reject(reason)).rejects.toMatchObject(refusal(422, 'profile.reason_missing', `Reason can't be blank`));
    expect(await written(server)).toEqual(before);
    expect(await subjects()).toEqual([]);
  });

  it('has a reason of at most 1000 characters', async () => {
    await expect(reject('\u{1f600}'.repeat(1001))).rejects.toMatchObject(
      refusal(422, 'profile.reason_too_long', 'Reason is too long (maximum is 1000 characters)'),
    );
    await reject('\u{1f600}'.repeat(1000));
    expect(await stateOf()).toBe('rejected');
  });

  it('of a profile that waited moves no level', async () => {
    await givePhone(server, applicant);
    await reject('blurred');
    expect(await levelOf(server, applicant)).toBe(2);
  });

  it('of an approved one puts level 3 back to 2', async () => {
    await givePhone(server, applicant);
    await approve();
    await reject('forged');
    expect([await levelOf(server, applicant), await stateOf()]).toEqual([2, 'rejected']);
    await approve();
    expect([await levelOf(server, applicant), await stateOf()]).toEqual([3, 'approved']);
    expect(await subjects()).toEqual([APPROVED, REJECTED, APPROVED]);
  });

  it('of one that was approved before the phone leaves level 1, also once the phone is there', async () => {
    await approve();
    await reject('forged');
    expect(await levelOf(server, applicant)).toBe(1);
    await givePhone(server, applicant);
    expect(await levelOf(server, applicant)).toBe(2);
  });
});

describe('a profile sent again', () => {
  it('after a rejection waits as a new one, without anything of the old', async () => {
    await submit(server, applicant.token);
    await reject('blurred');
    const again = { ...PROFILE, first_name: 'Alicia', dob: '1991-06-18', metadata: { attempt: 2 } };
    expect(outcome(await submit(server, applicant.token, again))).toEqual([201, null]);
    expect((await mine(server, applicant.token)).body).toEqual({ ...again, state: 'pending' });
    expect(await reviews(server).get(applicant.uid)).toMatchObject({
      reason: null,
      reviewed_by: null,
      reviewed_at: null,
    });
    expect((await auditOf(server, applicant)).at(-1)).toMatchObject({
      action: 'profile.submitted',
      details: { again: true },
    });
    expect((await submit(server, applicant.token, again)).status).toBe(409);
  });

  it('without metadata has none, whatever there was', async () => {
    const person = await newSubmission(server, { ...PROFILE, metadata: { old: 1 } });
    await decide(server, admin, person, 'rejected', 'blurred');
    expect((await submit(server, person.token)).status).toBe(201);
    expect((await mine(server, person.token)).body.metadata).toEqual({});
  });

  it('does not bring a level back by itself', async () => {
    await givePhone(server, applicant);
    await approve();
    await reject('forged');
    await submit(server, applicant.token);
    expect(await levelOf(server, applicant)).toBe(2);
    await approve();
    expect(await levelOf(server, applicant)).toBe(3);
  });

  it('badly leaves the rejected one as it is', async () => {
    await reject('blurred');
    const before = await written(server);
    expect((await submit(server, applicant.token, { ...PROFILE, dob: '2999-01-01' })).status).toBe(400);
    expect((await submit(server, applicant.token, { ...PROFILE, city: 'x'.repeat(256) })).status).toBe(422);
    expect(await written(server)).toEqual(before);
    expect((await mine(server, applicant.token)).body).toMatchObject({
      state: 'rejected',
      rejection_reason: 'blurred',
    });
  });
});

describe('a decision', () => {
  it('about the own profile is nobody’s (C-73)', async () => {
    const reviewer = await principalOf(server, applicant.token);
    reviewer.account.role = 'admin';
    const before = await written(server);
    for (const state of ['approved', 'rejected'] as const) {
      await expect(decide(server, reviewer, applicant, state, 'because')).rejects.toMatchObject(
        refusal(403, 'profile.own_review', 'You cannot review your own profile'),
      );
    }
    expect(await written(server)).toEqual(before);
  });

  it('that was made before is refused, and nobody hears of it twice', async () => {
    await expect(decide(server, admin, applicant, 'pending')).rejects.toMatchObject({ status: 422 });
    await approve();
    const before = await written(server);
    await expect(approve()).rejects.toMatchObject({ status: 422, code: 'profile.not_reviewable' });
    await expect(decide(server, admin, applicant, 'pending')).rejects.toMatchObject({ status: 422 });
    expect(await written(server)).toEqual(before);
    await reject('forged');
    await expect(reject('forged')).rejects.toMatchObject({ status: 422, code: 'profile.not_reviewable' });
    expect(await subjects()).toEqual([REJECTED, APPROVED]);
  });

  it('counts for the profile that the reviewer saw, not for one sent since', async () => {
    await reject('blurred');
    const { updated_at: seen } = await reviews(server).get(applicant.uid);
    await submit(server, applicant.token);
    const origin = { ip: '127.0.0.1', userAgent: '', requestId: '' };
    await expect(
      reviews(server).decide(admin, applicant.uid, { state: 'approved', seen }, origin),
    ).rejects.toMatchObject({ status: 409, code: 'profile.changed_meanwhile' });
    const { updated_at: current } = await reviews(server).get(applicant.uid);
    await reviews(server).decide(admin, applicant.uid, { state: 'approved', seen: current }, origin);
    expect(await stateOf()).toBe('approved');
  });

  it.each(ODD_UIDS)('about %j, which has no profile, is not found', async (uid) => {
    const notFound = refusal(404, 'profile.not_found', 'Profile not found');
    await expect(decide(server, admin, { uid }, 'approved')).rejects.toMatchObject(notFound);
    await expect(reviews(server).get(uid)).rejects.toMatchObject(notFound);
  });

  it('about an account without a profile is not found', async () => {
    const { uid } = await newApplicant(server);
    await expect(decide(server, admin, { uid }, 'rejected', 'because')).rejects.toMatchObject({ status: 404 });
    await expect(reviews(server).get(uid)).rejects.toMatchObject({ status: 404 });
  });
});

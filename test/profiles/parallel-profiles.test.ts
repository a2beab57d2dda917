import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../src/common/principal.js';
import { startApp, type TestApp } from '../support/app.js';
import { signInAdmin } from '../support/client.js';
import { oauthToken } from '../support/tokens.js';
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
  tally,
  times,
} from './profiles.js';

const MANY = 20;

let server: TestApp;
let reviewers: Principal[];
let applicant: Applicant;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  const admin = await principalOf(server, await signInAdmin(server));
  const officer = await principalOf(server, (await newApplicant(server)).token);
  officer.account.role = 'compliance';
  reviewers = [admin, officer];
});
afterAll(() => server.close());
beforeEach(async () => {
  applicant = await newSubmission(server);
  await givePhone(server, applicant);
});

const reviewer = (index: number): Principal => reviewers[index % reviewers.length];

/** Statuses of the refusals; undefined for each decision that counted. */
async function statuses(decisions: Promise<void>[]): Promise<(number | undefined)[]> {
  const ended = await Promise.allSettled(decisions);
  return ended.map((end) => (end.status === 'rejected' ? (end.reason as { status: number }).status : undefined));
}

const decisionsOf = async () =>
  (await auditOf(server, applicant))
    .filter(({ action }) => action === 'profile.reviewed')
    .map(({ details }) => (details as { after: string }).after);

const sentOf = async () => (await mailsTo(server, applicant)).map(({ subject }) => subject.split(' ').at(-1)).sort();

describe('submissions in parallel (C-69)', () => {
  it('after a rejection count once, and leave one of them whole', async () => {
    await decide(server, reviewer(0), applicant, 'rejected', 'blurred');
    const bodies = Array.from({ length: MANY }, (_, n) => ({
      ...PROFILE,
      first_name: `Alice ${n}`,
      city: `City ${n}`,
      metadata: { n },
    }));
    const answers = await times(MANY, (n) => submit(server, applicant.token, bodies[n]));
    expect(tally(answers)).toEqual({ 201: 1, 409: MANY - 1 });
    const winner = answers.findIndex(({ status }) => status === 201);
    expect((await mine(server, applicant.token)).body).toEqual({ ...bodies[winner], state: 'pending' });
    const actions = (await auditOf(server, applicant)).map(({ action }) => action);
    expect(actions).toEqual(['profile.submitted', 'profile.reviewed', 'profile.submitted']);
  });

  it('by a session and an application are one profile, too', async () => {
    const { token } = await newApplicant(server);
    const application = oauthToken(server, token, 'profile:write');
    const answers = await times(MANY, (n) => submit(server, n % 2 === 0 ? token : application));
    expect(tally(answers)).toEqual({ 201: 1, 409: MANY - 1 });
  });

  it('of different people do not get in each other’s way', async () => {
    const people = await times(5, () => newApplicant(server));
    const answers = await times(MANY, (n) => submit(server, people[n % people.length]?.token ?? ''));
    expect(tally(answers)).toEqual({ 201: 5, 409: MANY - 5 });
  });
});

describe('decisions in parallel', () => {
  it('that are the same count once and are told once', async () => {
    for (const state of ['approved', 'rejected'] as const) {
      const refused = await statuses(
        Array.from({ length: MANY }, (_, n) => decide(server, reviewer(n), applicant, state, 'forged')),
      );
      expect(refused.filter((status) => status === undefined)).toHaveLength(1);
      expect(refused.filter((status) => status !== undefined && ![409, 422].includes(status))).toEqual([]);
    }
    expect(await decisionsOf()).toEqual(['approved', 'rejected']);
    expect(await sentOf()).toEqual(['approved', 'rejected']);
    expect(await levelOf(server, applicant)).toBe(2);
  });

  it('that differ count one after the other or once, and all that follows agrees with the last', async () => {
    const refused = await statuses([
      decide(server, reviewer(0), applicant, 'approved'),
      decide(server, reviewer(1), applicant, 'rejected', 'forged'),
    ]);
    const decided = await decisionsOf();
    expect(decided).toHaveLength(refused.filter((status) => status === undefined).length);
    expect(refused.filter((status) => status !== undefined && status !== 409)).toEqual([]);
    expect(new Set(decided).size).toBe(decided.length);
    expect(await sentOf()).toEqual([...decided].sort());
    const { state } = (await mine(server, applicant.token)).body;
    expect(state).toBe(decided.at(-1));
    expect(await levelOf(server, applicant)).toBe(state === 'approved' ? 3 : 2);
  });

  it('about what all of them saw count once, whatever each of them says', async () => {
    const { updated_at: seen } = await reviews(server).get(applicant.uid);
    const refused = await statuses(
      Array.from({ length: MANY }, (_, n) => {
        const state = n % 2 === 0 ? ('approved' as const) : ('rejected' as const);
        const origin = { ip: '127.0.0.1', userAgent: '', requestId: '' };
        return reviews(server).decide(reviewer(n), applicant.uid, { state, reason: 'forged', seen }, origin);
      }),
    );
    expect(refused.filter((status) => status !== undefined)).toEqual(Array(MANY - 1).fill(409));
    expect(await decisionsOf()).toHaveLength(1);
    expect(await sentOf()).toHaveLength(1);
  });

  it('of many kinds never leave a level without its approval', async () => {
    const refused = await statuses(
      Array.from({ length: MANY }, (_, n) =>
        decide(server, reviewer(n), applicant, n % 2 === 0 ? 'approved' : 'rejected', 'forged'),
      ),
    );
    expect(refused.filter((status) => status !== undefined && ![409, 422].includes(status))).toEqual([]);
    const decided = await decisionsOf();
    expect(decided.every((state, index) => state !== decided[index - 1])).toBe(true);
    expect(await sentOf()).toEqual([...decided].sort());
    const { state } = (await mine(server, applicant.token)).body;
    expect(state).toBe(decided.at(-1));
    expect(await levelOf(server, applicant)).toBe(state === 'approved' ? 3 : 2);
  });

  it('and a profile that is sent again at the same time end in one order or the other', async () => {
    await decide(server, reviewer(0), applicant, 'rejected', 'blurred');
    const [[approval], answer] = await Promise.all([
      statuses([decide(server, reviewer(1), applicant, 'approved')]),
      submit(server, applicant.token, { ...PROFILE, first_name: 'Alicia' }),
    ]);
    const { state, first_name: name } = (await mine(server, applicant.token)).body;
    const isLegal =
      // Approved first: there was nothing to send again. Sent first: the reviewer had seen the old one, or the new one.
      (approval === undefined && answer.status === 409 && state === 'approved' && name === 'Alice') ||
      (approval === 409 && answer.status === 201 && state === 'pending' && name === 'Alicia') ||
      (approval === undefined && answer.status === 201 && state === 'approved' && name === 'Alicia');
    expect({ approval, status: answer.status, state, name, isLegal }).toMatchObject({ isLegal: true });
  });
});

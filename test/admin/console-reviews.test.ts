import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type File, picture, principalOf, submit as submitDocument } from '../documents/uploads.js';
import {
  type Applicant,
  auditOf,
  decide,
  givePhone,
  levelOf,
  mailsTo,
  newSubmission,
  PROFILE,
  reviews,
  submit,
} from '../profiles/profiles.js';
import { startApp, type TestApp } from '../support/app.js';
import { call } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import type { Page, UserAgent } from '../support/user-agent.js';
import { auditOf as entriesOn, type Member, newMember } from './staff.js';

let server: TestApp;
let officer: Member;
let desk: UserAgent;
let colleague: Member;
let otherDesk: UserAgent;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  officer = await newMember(server, 'compliance');
  colleague = await newMember(server, 'admin');
  [desk, otherDesk] = await Promise.all([signedIn(server, officer), signedIn(server, colleague)]);
});
beforeEach(async () => {
  await server.sql('DELETE FROM profiles');
  await server.sql('DELETE FROM review_claims');
});
afterAll(() => server?.close());

const pageOf = ({ uid }: Pick<Applicant, 'uid'>): string => `/admin/reviews/${uid}`;
const pathOf = (page: Page): string => new URL(page.url).pathname;

/** Somebody who waits, with a scanned document. */
async function newCase(file?: File): Promise<Applicant & { document: string }> {
  const applicant = await newSubmission(server);
  const answer = await submitDocument(server, applicant.token, file ?? { bytes: await picture('jpeg') });
  if (answer.status !== 201) throw new Error(`document: ${answer.status}`);
  await jobsDone(server);
  const [row] = await server.sql<{ id: string }>(
    'SELECT documents.id FROM documents JOIN accounts ON accounts.id = account_id WHERE uid = $1',
    [applicant.uid],
  );
  return { ...applicant, document: row?.id ?? '' };
}

async function stateOf({ uid }: Applicant): Promise<unknown> {
  const [row] = await server.sql(
    `SELECT profiles.state, reviewed_by, reason FROM profiles JOIN accounts ON accounts.id = account_id WHERE uid = $1`,
    [uid],
  );
  return row;
}

const documentState = async (id: string): Promise<unknown> =>
  (await server.sql<{ state: string }>('SELECT state FROM documents WHERE id = $1', [id]))[0]?.state;

describe('the queue of verifications', () => {
  it('shows who waits longest first, with the number of documents, and records the look', async () => {
    const [first, second] = [await newCase(), await newSubmission(server)];
    const page = await desk.open('/admin/reviews');
    expect(textOf(page)).toContain('2 waiting');
    expect(page.html.indexOf(first.uid)).toBeLessThan(page.html.indexOf(second.uid));
    expect(textOf(page)).toMatch(/Alice Wonder Ukraine 1 /);
    const [entry] = await server.sql(
      `SELECT actor_uid FROM audit_entries WHERE action = 'profile.listed' ORDER BY id DESC`,
    );
    expect(entry).toEqual({ actor_uid: officer.uid });
  });

  it('says so when nobody waits', async () => {
    expect(textOf(await desk.open('/admin/reviews'))).toContain('Nobody waits. Well done.');
  });

  it('hands out one at a time: what one reviewer has, another one does not get', async () => {
    const [first, second] = [await newSubmission(server), await newSubmission(server)];
    const mine = await desk.submit(await desk.open('/admin/reviews'), '/reviews/next');
    expect([pathOf(mine), titleOf(mine)]).toEqual([pageOf(first), 'Alice Wonder']);
    expect(textOf(mine)).toContain('You have taken this one.');

    const theirs = await otherDesk.submit(await otherDesk.open('/admin/reviews'), '/reviews/next');
    expect(pathOf(theirs)).toBe(pageOf(second));
    expect(textOf(await otherDesk.open('/admin/reviews'))).toContain(officer.email);

    const none = await otherDesk.submit(theirs, '/release');
    expect(noticesOf(none)).toEqual(['You have given it back.']);
    expect(pathOf(await otherDesk.submit(none, '/reviews/next'))).toBe(pageOf(second));
  });

  it('gives different ones to reviewers who ask in the same moment', async () => {
    const cases = [await newSubmission(server), await newSubmission(server)];
    const [one, other] = await Promise.all([desk.open('/admin/reviews'), otherDesk.open('/admin/reviews')]);
    const taken = await Promise.all([desk.submit(one, '/reviews/next'), otherDesk.submit(other, '/reviews/next')]);
    expect(taken.map(pathOf).sort()).toEqual(cases.map(pageOf).sort());
  });

  it('keeps one for its reviewer for a while, and then no longer', async () => {
    const applicant = await newSubmission(server);
    await desk.submit(await desk.open('/admin/reviews'), `${applicant.uid}/take`);
    const page = await otherDesk.open(pageOf(applicant));
    expect(textOf(page)).toContain(`${officer.email} has been looking at this one since`);
    expect(page.html).not.toContain('/decision');
    const late = await post(server, otherDesk, `${pageOf(applicant)}/decision`, { state: 'approved' }, page);
    expect([late.status, noticesOf(late)[0]]).toEqual([409, 'Somebody else is looking at this one']);
    expect((await post(server, otherDesk, `${pageOf(applicant)}/take`, {}, page)).status).toBe(409);

    await server.sql(`UPDATE review_claims SET expires_at = now() - interval '1 second'`);
    const free = await otherDesk.submit(await otherDesk.open('/admin/reviews'), `${applicant.uid}/take`);
    expect(textOf(free)).toContain('You have taken this one.');
  });

  it('gives nobody their own', async () => {
    await submit(server, colleague.token);
    const queue = await otherDesk.open('/admin/reviews');
    expect(textOf(queue)).toContain('Your own');
    expect(queue.html).not.toContain(`${colleague.uid}/take`);
    expect(noticesOf(await otherDesk.submit(queue, '/reviews/next'))).toEqual([
      'Nobody waits whom nobody else has taken.',
    ]);
    const page = await otherDesk.open(pageOf(colleague));
    expect(noticesOf(page)).toEqual(['This is your own profile. Somebody else has to decide.']);
    const refused = await post(server, otherDesk, `${pageOf(colleague)}/decision`, { state: 'approved' }, page);
    expect([refused.status, noticesOf(refused)[0]]).toEqual([403, 'You cannot review your own profile']);
    await post(server, otherDesk, `${pageOf(colleague)}/take`, {}, page);
    expect(await server.sql('SELECT 1 FROM review_claims')).toEqual([]);
  });
});

describe('the page of a verification', () => {
  it('shows what the person says beside the documents, and records both looks', async () => {
    const applicant = await newCase();
    const page = await desk.open(pageOf(applicant));
    const text = textOf(page);
    for (const part of ['Alice', 'Wonder', PROFILE.dob, PROFILE.address, 'Ukraine', 'Passport', 'AB1234567']) {
      expect([part, text.includes(part)]).toEqual([part, true]);
    }
    expect(page.html).toContain(`<img src="/admin/documents/${applicant.document}/file" alt="Picture of the passport`);
    const looks = (await entriesOn(server, applicant.uid)).slice(0, 2).map(({ action }) => action);
    expect(looks.sort()).toEqual(['document.listed', 'profile.viewed']);
  });

  it('tells in words why a document cannot be opened', async () => {
    const applicant = await newCase();
    for (const [state, words] of [
      ['pending', 'has not been scanned for malware yet'],
      ['error', 'could not judge this document'],
      ['infected', 'Malware was found'],
    ] as const) {
      await server.sql('UPDATE documents SET scan_state = $2 WHERE id = $1', [applicant.document, state]);
      const page = await desk.open(pageOf(applicant));
      expect([state, textOf(page).includes(words)]).toEqual([state, true]);
      expect(page.html).not.toContain('<img src="/admin/');
      expect((await desk.open(`/admin/documents/${applicant.document}/file`)).status).toBe(409);
    }
  });

  it('marks papers that have expired', async () => {
    const applicant = await newCase();
    await server.sql(`UPDATE documents SET doc_expire = '2020-01-31' WHERE id = $1`, [applicant.document]);
    expect(textOf(await desk.open(pageOf(applicant)))).toContain('2020-01-31 Expired');
  });

  it('is there for an account without a profile too, and not for one that there is not', async () => {
    const person = await newMember(server);
    const page = await desk.open(pageOf(person));
    expect([page.status, titleOf(page)]).toEqual([200, person.email]);
    expect(textOf(page)).toContain('No profile was sent yet');
    expect((await desk.open('/admin/reviews/ID0000000000')).status).toBe(404);
  });

  it('is closed to members', async () => {
    const applicant = await newCase();
    const member = await signedIn(server, await newMember(server));
    const own = await member.open('/account');
    for (const path of ['/admin/reviews', pageOf(applicant), `/admin/documents/${applicant.document}/file`]) {
      expect([path, (await member.open(path)).status]).toEqual([path, 403]);
    }
    for (const action of ['take', 'release', 'decision', `documents/${applicant.document}`]) {
      const refused = await post(server, member, `${pageOf(applicant)}/${action}`, { state: 'approved' }, own);
      expect([action, refused.status]).toEqual([action, 403]);
    }
    expect(await stateOf(applicant)).toMatchObject({ state: 'pending' });
  });
});

describe('a decision', () => {
  it('approves the profile with the documents that were seen, and goes on to the next one', async () => {
    const [applicant, next] = [await newCase(), await newSubmission(server)];
    await givePhone(server, applicant);
    const page = await desk.submit(await desk.open(pageOf(applicant)), '/decision', { state: 'approved' });
    expect([pathOf(page), noticesOf(page)[0]]).toEqual([pageOf(next), 'Approved. Here is the next one.']);
    expect(textOf(page)).toContain('You have taken this one.');
    expect(await stateOf(applicant)).toMatchObject({ state: 'approved', reviewed_by: officer.uid });
    expect(await documentState(applicant.document)).toBe('approved');
    expect(await levelOf(server, applicant)).toBe(3);
    expect((await auditOf(server, applicant)).at(-1)).toMatchObject({ action: 'profile.reviewed' });

    const last = await desk.submit(page, '/decision', { state: 'approved' });
    expect([pathOf(last), noticesOf(last)]).toEqual(['/admin/reviews', ['Approved. Nobody else waits.']]);
    expect(await server.sql('SELECT 1 FROM review_claims')).toEqual([]);
  });

  it('rejects with reasons that were ticked and the reviewer’s own words', async () => {
    const applicant = await newCase();
    const page = await desk.submit(await desk.open(pageOf(applicant)), '/decision', {
      state: 'rejected',
      templates: 'expired',
      reason: 'It ended in 2020.',
    });
    expect(noticesOf(page)).toEqual(['Rejected. Nobody else waits.']);
    const reason = 'Your document has expired. Please send one that is still good. It ended in 2020.';
    expect(await stateOf(applicant)).toMatchObject({ state: 'rejected', reason });
    expect((await mailsTo(server, applicant))[0]?.text).toContain('It ended in 2020.');
    expect(await documentState(applicant.document)).toBe('pending');
  });

  it('is asked for a reason, and shows what was typed again', async () => {
    const applicant = await newSubmission(server);
    const page = await desk.submit(await desk.open(pageOf(applicant)), '/decision', { state: 'rejected', reason: ' ' });
    expect([page.status, noticesOf(page)[0]]).toEqual([422, `Reason can't be blank`]);
    const long = await desk.submit(page, '/decision', {
      state: 'rejected',
      templates: 'wrong',
      reason: 'x'.repeat(999),
    });
    expect([long.status, noticesOf(long)[0]]).toEqual([422, 'Reason is too long (maximum is 1000 characters)']);
    expect(long.html).toContain('x'.repeat(999));
    expect(long.html).toMatch(/value="wrong" checked/);
    expect(await stateOf(applicant)).toMatchObject({ state: 'pending' });
  });

  it('counts only for what was on the page', async () => {
    const applicant = await newCase();
    const page = await desk.open(pageOf(applicant));
    const reviewer = await principalOf(server, colleague.email);
    await decide(server, reviewer, applicant, 'rejected', 'The picture is black');
    await submit(server, applicant.token, { ...PROFILE, first_name: 'Mallory' });
    const late = await desk.submit(page, '/decision', { state: 'approved' });
    expect([late.status, titleOf(late)]).toEqual([409, 'Mallory Wonder']);
    expect(noticesOf(late)[0]).toContain('The profile has changed meanwhile');
    expect(await stateOf(applicant)).toMatchObject({ state: 'pending' });
  });

  it('can be changed later, and then leads to the account', async () => {
    const applicant = await newCase();
    await decide(server, await principalOf(server, colleague.email), applicant, 'approved');
    const page = await desk.open(pageOf(applicant));
    expect(textOf(page)).toContain('Take the approval back');
    const fields = { state: 'rejected', reason: 'A forged paper' };
    expect(pathOf(await desk.submit(page, '/decision', fields))).toBe(`/admin/accounts/${applicant.uid}`);
    expect((await reviews(server).get(applicant.uid)).state).toBe('rejected');
  });

  it('needs the token of a form of this session', async () => {
    const applicant = await newSubmission(server);
    expect((await post(server, desk, `${pageOf(applicant)}/decision`, { state: 'approved' })).status).toBe(403);
    const foreign = await otherDesk.open(pageOf(applicant));
    const forged = await post(server, desk, `${pageOf(applicant)}/decision`, { state: 'approved' }, foreign);
    expect(forged.status).toBe(403);
    expect(await stateOf(applicant)).toMatchObject({ state: 'pending' });
  });

  it('is made about single documents too', async () => {
    const applicant = await newCase();
    const page = await desk.submit(await desk.open(pageOf(applicant)), `/documents/${applicant.document}`, {
      state: 'rejected',
    });
    expect(noticesOf(page)[0]).toBe('The document is rejected.');
    expect(await documentState(applicant.document)).toBe('rejected');
    await desk.submit(page, '/decision', { state: 'approved' });
    expect(await documentState(applicant.document)).toBe('rejected');
  });
});

describe('the picture of a document', () => {
  it('goes to staff on their pages, never to be shown elsewhere, and is recorded', async () => {
    const applicant = await newCase();
    const page = await desk.open(`/admin/documents/${applicant.document}/file`);
    expect(page.status).toBe(200);
    const [entry] = await entriesOn(server, applicant.uid);
    expect(entry).toMatchObject({ actor_uid: officer.uid, action: 'document.viewed' });
    expect(entry?.details).toMatchObject({ document: applicant.document });
  });

  it('goes to no token and no stranger', async () => {
    const { document } = await newCase();
    const path = `/admin/documents/${document}/file`;
    expect((await call(server, 'GET', path, { token: colleague.token })).status).toBe(401);
    expect((await call(server, 'GET', path)).status).toBe(401);
    expect((await desk.open('/admin/documents/nonsense/file')).status).toBe(404);
  });
});

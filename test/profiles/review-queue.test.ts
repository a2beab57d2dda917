import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../src/common/principal.js';
import { startApp, type TestApp } from '../support/app.js';
import { signInAdmin } from '../support/client.js';
import { type Applicant, decide, newSubmission, principalOf, PROFILE, reviews, submit } from './profiles.js';

let server: TestApp;
let admin: Principal;
let people: Applicant[];
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await principalOf(server, await signInAdmin(server));
  people = [];
  for (let n = 0; n < 5; n++) people.push(await newSubmission(server, { ...PROFILE, first_name: `Alice ${n}` }));
});
afterAll(() => server.close());

/** First names of a page of those in a state, with the number of all of them. */
async function page(state: 'pending' | 'approved' | 'rejected', query: { page?: number; limit?: number } = {}) {
  const { rows, total } = await reviews(server).listByState(state, query);
  return [rows.map(({ first_name: name }) => name.slice(-1)).join(''), total];
}
const person = (index: number): Applicant => people[index];

describe('the list of a state', () => {
  it('has those first that have waited longest, page by page, with the number of all', async () => {
    expect(await page('pending')).toEqual(['01234', 5]);
    expect(await page('pending', { limit: 2 })).toEqual(['01', 5]);
    expect(await page('pending', { page: 3, limit: 2 })).toEqual(['4', 5]);
    expect(await page('pending', { page: 4, limit: 2 })).toEqual(['', 5]);
    expect(await page('approved')).toEqual(['', 0]);
  });

  it('tells of each whose it is and all that a reviewer needs', async () => {
    const { rows } = await reviews(server).listByState('pending', { limit: 1 });
    const { uid, email } = person(0);
    expect(rows).toEqual([
      {
        ...{ ...PROFILE, first_name: 'Alice 0', country_code: 'UA', metadata: {}, state: 'pending' },
        ...{ uid, email, level: 1, reason: null, reviewed_by: null, reviewed_at: null },
        ...{ submitted_at: expect.any(Date), updated_at: expect.any(Date) },
      },
    ]);
  });

  it('moves with decisions, and who sends again goes to the end', async () => {
    await decide(server, admin, person(1), 'approved');
    await decide(server, admin, person(0), 'rejected', 'blurred');
    expect(await page('pending')).toEqual(['234', 3]);
    expect(await page('approved')).toEqual(['1', 1]);
    expect(await page('rejected')).toEqual(['0', 1]);
    await submit(server, person(0).token, { ...PROFILE, first_name: 'Alice 0' });
    expect(await page('pending')).toEqual(['2340', 4]);
    expect(await page('rejected')).toEqual(['', 0]);
  });

  it('does not have who deleted their account', async () => {
    await server.sql('DELETE FROM accounts WHERE uid = $1', [person(2).uid]);
    expect(await page('pending')).toEqual(['340', 3]);
  });
});

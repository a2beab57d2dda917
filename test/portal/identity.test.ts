import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Profile, PROFILE } from '../profiles/profiles.js';
import { startApp, type TestApp } from '../support/app.js';
import { call } from '../support/client.js';
import { noticesOf, titleOf } from '../support/pages.js';
import type { Page } from '../support/user-agent.js';
import {
  buttonLinksOf,
  choiceOf,
  forge,
  formTokenOf,
  givePhone,
  inSpanish,
  newOwner,
  type Owner,
  problemOf,
  review,
  textOf,
  valueOf,
} from './account-owner.js';

const PATH = '/account/identity';
const FORM = '/account/identity/profile';
/** As the form sends it. */
const TYPED = { ...PROFILE, country: 'UA' };
const MARKED = 'Please look at the fields that are marked.';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const profileOf = async ({ token }: Owner): Promise<Profile | null> =>
  (await call<Profile | null>(server, 'GET', '/api/v1/profiles/me', { token })).body;
const send = async ({ agent }: Owner, fields: Record<string, string> = TYPED): Promise<Page> =>
  agent.submit(await agent.open(PATH), FORM, fields);

describe('the details of an identity', () => {
  it('are sent once and then wait', async () => {
    const owner = await newOwner(server);
    const page = await send(owner);
    expect([page.url, noticesOf(page)]).toEqual([`${server.url}${PATH}?done=profile`, ['We have your details.']]);
    expect(textOf(page)).toContain('being checked Name Alice Wonder Date of birth 17 May 1990');
    expect(textOf(page)).toContain('1 Main Street, 01001 Kyiv, Ukraine');
    expect(page.html).not.toContain(`action="${FORM}"`);
    expect(await profileOf(owner)).toEqual({ ...TYPED, state: 'pending', metadata: {} });
  });

  it('may have no postcode', async () => {
    const owner = await newOwner(server);
    const { postcode: _, ...rest } = TYPED;
    await send(owner, rest);
    expect(await profileOf(owner)).toMatchObject({ postcode: '', state: 'pending' });
  });

  it.each<[string, string, string, number]>([
    ['first_name', '', 'This is missing.', 422],
    ['last_name', '  ', 'This is missing.', 422],
    ['address', 'x\u0000y', 'This cannot be read.', 422],
    ['dob', '1990-02-30', 'This cannot be read.', 422],
    ['dob', 'yesterday', 'This cannot be read.', 422],
    ['dob', '2020-01-01', 'You must be between 18 and 120 years old.', 400],
    ['dob', '1850-01-01', 'You must be between 18 and 120 years old.', 400],
    ['city', 'x'.repeat(256), 'This is too long.', 422],
    ['address', 'x'.repeat(1025), 'This is too long.', 422],
    ['country', '', 'This is missing.', 422],
  ])('with a wrong %s are shown again, with that marked (case %#)', async (field, value, problem, status) => {
    const owner = await newOwner(server);
    const page = await send(owner, { ...TYPED, [field]: value });
    expect([page.status, noticesOf(page), problemOf(page, field)]).toEqual([status, [MARKED], problem]);
    expect(valueOf(page, field === 'first_name' ? 'last_name' : 'first_name')).toBe(
      field === 'first_name' ? 'Wonder' : 'Alice',
    );
    if (field !== 'country') expect(choiceOf(page, 'country')).toBe('UA');
    expect(await profileOf(owner)).toBeNull();
  });

  it('may have several things wrong at once, and markup in them is text', async () => {
    const owner = await newOwner(server);
    const page = await send(owner, { ...TYPED, first_name: '"><b>x', dob: '', city: '' });
    expect([problemOf(page, 'dob'), problemOf(page, 'city')]).toEqual(['This is missing.', 'This is missing.']);
    expect(page.html).toContain('value="&quot;>&lt;b>x"');
  });

  it('are corrected after a rejection, beginning with what was sent', async () => {
    const owner = await newOwner(server);
    const metadata = { occupation: 'engineer' };
    await call(server, 'POST', '/api/v1/profiles', { token: owner.token, body: { ...PROFILE, metadata } });
    await review(server, owner, 'rejected', 'The city is <wrong>.');
    const page = await owner.agent.open(PATH);
    expect(textOf(page)).toContain('We could not accept your details. The city is &lt;wrong>.');
    const fields = ['first_name', 'last_name', 'dob', 'address', 'postcode', 'city'] as const;
    expect(fields.map((field) => valueOf(page, field))).toEqual(fields.map((field) => PROFILE[field]));
    expect(choiceOf(page, 'country')).toBe('UA');
    const again = await owner.agent.submit(page, FORM, { ...TYPED, city: 'Lviv' });
    expect(noticesOf(again)).toEqual(['We have your details.']);
    expect(await profileOf(owner)).toEqual({ ...TYPED, city: 'Lviv', state: 'pending', metadata });
  });

  it('keep what is typed into the form after a rejection, when it is wrong again', async () => {
    const owner = await newOwner(server);
    await send(owner);
    await review(server, owner, 'rejected', 'No.');
    const page = await send(owner, { ...TYPED, city: 'Lviv', dob: '' });
    expect([valueOf(page, 'city'), problemOf(page, 'dob')]).toEqual(['Lviv', 'This is missing.']);
    expect(await profileOf(owner)).toMatchObject({ state: 'rejected', city: 'Kyiv' });
  });

  it('that were sent from another page meanwhile are told of', async () => {
    const owner = await newOwner(server);
    const form = await owner.agent.open(PATH);
    await send(owner);
    const page = await owner.agent.submit(form, FORM, { ...TYPED, first_name: 'Bob' });
    expect([page.status, noticesOf(page)]).toEqual([
      409,
      ['You have sent your details already. This is what we have.'],
    ]);
    expect(textOf(page)).toContain('Alice Wonder');
    expect(await profileOf(owner)).toMatchObject({ first_name: 'Alice' });
  });

  it('lead to level 3 when they are approved', async () => {
    const owner = await newOwner(server);
    await send(owner);
    await review(server, owner, 'approved');
    const early = await owner.agent.open(PATH);
    expect(textOf(early)).toContain('Your identity is approved. For level 3 verify your phone number as well.');
    await givePhone(server, owner);
    expect(noticesOf(await owner.agent.open(PATH))).toEqual(['Your identity is approved. ']);
  });

  it('are nobody else’s to see', async () => {
    await send(await newOwner(server), { ...TYPED, last_name: 'Verysecret' });
    const { agent } = await newOwner(server);
    const page = await agent.open(PATH);
    expect(page.html).not.toContain('Verysecret');
    expect(page.html).toContain(`action="${FORM}"`);
  });

  it('are not stored without the token of the form', async () => {
    const owner = await newOwner(server);
    const foreign = formTokenOf(await (await newOwner(server)).agent.open(PATH));
    for (const token of [undefined, '', 'x', foreign]) {
      const body = new URLSearchParams({ ...TYPED, ...(token !== undefined && { form_token: token }) });
      expect((await forge(owner.agent, server, FORM, body)).status).toBe(403);
      const query = token === undefined ? '' : `?form_token=${token}`;
      expect((await forge(owner.agent, server, FORM + query, new URLSearchParams(TYPED))).status).toBe(403);
    }
    expect(await profileOf(owner)).toBeNull();
  });

  it('keep the way back in every form', async () => {
    const { agent } = await newOwner(server);
    const query = `return_to=${encodeURIComponent('/interaction/abc')}`;
    let page = await agent.open(`${PATH}?${query}`);
    expect(buttonLinksOf(page)).toEqual([]);
    page = await agent.submit(page, `${FORM}?${query}`, { ...TYPED, dob: '' });
    page = await agent.submit(page, `${FORM}?${query}`, TYPED);
    expect(page.url).toBe(`${server.url}${PATH}?done=profile&${query}`);
    expect(page.html).toContain(`&amp;${query}"`);
    const elsewhere = await agent.open(`${PATH}?return_to=//evil.example`);
    expect(elsewhere.html.replace(/<footer.*/s, '')).not.toContain('evil');
  });

  it('speak Spanish, countries too', async () => {
    const owner = await newOwner(server);
    let page = await inSpanish(owner.agent, await owner.agent.open(PATH));
    expect(titleOf(page)).toBe('Identidad');
    expect(page.html).toMatch(/<option value="DE">Alemania<\/option>/);
    page = await owner.agent.submit(page, FORM, { ...TYPED, dob: '2020-01-01' });
    expect(problemOf(page, 'dob')).toBe('Debes tener entre 18 y 120 años.');
    page = await inSpanish(owner.agent, page);
    expect([page.url, page.status]).toEqual([`${server.url}${PATH}`, 200]);
    page = await owner.agent.submit(page, FORM, TYPED);
    expect(textOf(page)).toContain('Ucrania');
    expect(textOf(page)).not.toMatch(/\b(the|your|picture|being)\b/i);
  });
});

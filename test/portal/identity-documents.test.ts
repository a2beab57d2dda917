import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type File, form, leftovers, picture, STATEMENT } from '../documents/uploads.js';
import { PROFILE } from '../profiles/profiles.js';
import { startApp, type TestApp } from '../support/app.js';
import { call } from '../support/client.js';
import { noticesOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { newClient, requestOf, type TestClient } from '../oauth/flow.js';
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
  textOf,
  valueOf,
} from './account-owner.js';

const PATH = '/account/identity';
const FORM = '/account/identity/documents';
const MARKED = 'Please look at the fields that are marked.';
const NOT_AN_IMAGE = 'This is no JPEG or PNG picture.';

let server: TestApp;
let photo: File;
let client: TestClient;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  photo = { bytes: await picture('jpeg'), type: 'image/jpeg' };
  client = await newClient(server, { skipConsent: true });
});
afterAll(() => server.close());

/** Sends the form with the file that is on a page, as a browser does. */
async function upload({ agent }: Owner, page: Page, file?: File, statement: object = STATEMENT): Promise<Page> {
  const action = new RegExp(`action="(${FORM}[^"]*)"`).exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const body = form(file, statement as Record<string, string>);
  return agent.request(new URL(action, server.url), { method: 'POST', body });
}

const send = async (owner: Owner, file?: File, statement: object = STATEMENT): Promise<Page> =>
  upload(owner, await owner.agent.open(PATH), file, statement);
const sendProfile = ({ token }: Owner) => call(server, 'POST', '/api/v1/profiles', { token, body: PROFILE });
const setState = ({ uid }: Owner, column: 'state' | 'scan_state', state: string) =>
  server.sql(`UPDATE documents SET ${column} = $2 FROM accounts WHERE accounts.id = account_id AND accounts.uid = $1`, [
    uid,
    state,
  ]);

describe('the documents of an identity', () => {
  it('are sent with a picture, and listed without it', async () => {
    const owner = await newOwner(server);
    const page = await send(owner, photo);
    expect([page.url, noticesOf(page)]).toEqual([`${server.url}${PATH}?done=document`, ['We have your document.']]);
    expect(textOf(page)).toContain('Passport ending in •••• 4567 31 Dec 2099 being checked');
    expect(page.html).not.toContain('AB1234567');
    expect(page.html).not.toMatch(/<img|documents\/[0-9a-f]{8}-/);
  });

  it('and the details together are waited for', async () => {
    const owner = await newOwner(server);
    await sendProfile(owner);
    await givePhone(server, owner);
    expect(noticesOf(await send(owner, photo))[0]).toBe(
      'Everything is here. We check it, usually within a day, and write to you. ',
    );
  });

  it.each<[string, Record<string, string>, string, string, number]>([
    ['no type', { doc_type: '' }, 'doc_type', 'This is missing.', 422],
    ['an unknown type', { doc_type: 'Library card' }, 'doc_type', 'This is missing.', 400],
    ['no number', { doc_number: ' ' }, 'doc_number', 'This is missing.', 422],
    ['too long a number', { doc_number: 'x'.repeat(129) }, 'doc_number', 'This is too long.', 400],
    ['no day', { doc_expire: '2031-02-30' }, 'doc_expire', 'This cannot be read.', 422],
    ['a day that has passed', { doc_expire: '2001-01-01' }, 'doc_expire', 'This document has expired.', 400],
  ])('with %s are refused, and the rest stays', async (_what, statement, field, problem, status) => {
    const owner = await newOwner(server);
    const before = await leftovers(server);
    const page = await send(owner, photo, { ...STATEMENT, ...statement });
    expect([page.status, noticesOf(page)[0], problemOf(page, field)]).toEqual([status, MARKED, problem]);
    if (field !== 'doc_type') expect(choiceOf(page, 'doc_type')).toBe('Passport');
    if (field !== 'doc_expire') expect(valueOf(page, 'doc_expire')).toBe('2099-12-31');
    expect(await leftovers(server)).toEqual(before);
  });

  it('need a picture that is one, small enough', async () => {
    const owner = await newOwner(server);
    const before = await leftovers(server);
    const gif = await sharp(photo.bytes).gif().toBuffer();
    const wide = await sharp({ create: { width: 10_000, height: 4_001, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const cases: [File | undefined, number, string][] = [
      [undefined, 400, 'This is missing.'],
      [{ bytes: Buffer.alloc(0), type: 'image/jpeg' }, 400, 'This is missing.'],
      [{ bytes: Buffer.from('hello'), type: 'image/jpeg' }, 422, NOT_AN_IMAGE],
      [{ bytes: gif, type: 'image/gif', name: 'id.gif' }, 422, NOT_AN_IMAGE],
      [{ bytes: Buffer.from('<svg/>'), type: 'image/svg+xml', name: 'id.svg' }, 422, NOT_AN_IMAGE],
      [{ bytes: wide, type: 'image/png', name: 'id.png' }, 422, 'This picture has more than 40 megapixels.'],
    ];
    for (const [file, status, problem] of cases) {
      const page = await send(owner, file);
      expect([page.status, noticesOf(page)[0]]).toEqual([status, MARKED]);
      expect(problemOf(page, 'upload')).toContain(problem);
      expect(valueOf(page, 'doc_number')).toBe(STATEMENT.doc_number);
    }
    expect(await leftovers(server)).toEqual(before);
  });

  it('may not have too large a file, and the page says so', async () => {
    const owner = await newOwner(server);
    const before = await leftovers(server);
    for (const size of [10 * 1024 * 1024 + 1, 11 * 1024 * 1024]) {
      const page = await send(owner, { bytes: Buffer.alloc(size), type: 'image/jpeg' });
      expect([page.status, noticesOf(page)[0]]).toEqual([413, MARKED]);
      expect(problemOf(page, 'upload')).toBe('This file has more than 10 MB. Please send a smaller one.');
      expect(textOf(page)).toContain('Your details');
    }
    expect(await leftovers(server)).toEqual(before);
  });

  it('that cannot be read at all are answered with the page, too', async () => {
    const owner = await newOwner(server);
    const token = formTokenOf(await owner.agent.open(PATH));
    const page = await owner.agent.request(new URL(`${FORM}?form_token=${token}`, server.url), {
      method: 'POST',
      body: new Blob(['--x\r\nnot a part'], { type: 'multipart/form-data; boundary=x' }),
    });
    expect([page.status, noticesOf(page)[0]]).toEqual([400, 'The form arrived incomplete. Please send it again.']);
  });

  it('are refused, unread, without the token in the address', async () => {
    const owner = await newOwner(server);
    const foreign = formTokenOf(await (await newOwner(server)).agent.open(PATH));
    const own = formTokenOf(await owner.agent.open(PATH));
    const before = await leftovers(server);
    for (const query of ['', '?form_token=', '?form_token=x', `?form_token=${foreign}`]) {
      const body = form(photo);
      // The body is read later, so a token in it counts for nothing.
      body.set('form_token', own);
      expect((await forge(owner.agent, server, FORM + query, body)).status).toBe(403);
    }
    const nobody = await forge(new UserAgent(server.url), server, `${FORM}?form_token=${own}`, form(photo));
    expect(new URL(nobody.url).pathname).toBe('/sign-in');
    expect(await leftovers(server)).toEqual(before);
  });

  it.each<['state' | 'scan_state', string, string]>([
    ['scan_state', 'pending', 'being scanned'],
    ['scan_state', 'error', 'being scanned'],
    ['scan_state', 'infected', 'refused: harmful file'],
    ['state', 'approved', 'approved'],
    ['state', 'rejected', 'not accepted'],
  ])('with the %s %s say so in words', async (column, state, words) => {
    const owner = await newOwner(server);
    await send(owner, photo, { ...STATEMENT, doc_number: 'é1' });
    await setState(owner, column, state);
    expect(textOf(await owner.agent.open(PATH))).toContain(`ending in •••• 1 31 Dec 2099 ${words}`);
  });

  it('are at most ten, which the page tells', async () => {
    const owner = await newOwner(server);
    for (let sent = 0; sent < 10; sent += 1) await send(owner, photo);
    const page = await send(owner, photo);
    expect([page.status, noticesOf(page)[0]]).toEqual([
      422,
      'You have sent as many documents as one account may: 10, and 50 MB in all.',
    ]);
  });

  it('are nobody else’s to see', async () => {
    await send(await newOwner(server), photo, { ...STATEMENT, doc_number: 'XXXX9876' });
    const { agent } = await newOwner(server);
    expect((await agent.open(PATH)).html).not.toContain('9876');
  });

  it('speak Spanish', async () => {
    const owner = await newOwner(server);
    await inSpanish(owner.agent, await owner.agent.open(PATH));
    const page = await send(owner, { bytes: Buffer.from('no'), type: 'image/jpeg' });
    expect(problemOf(page, 'upload')).toBe('Esto no es una imagen JPEG o PNG.');
    const listed = await inSpanish(owner.agent, await send(owner, photo));
    expect(textOf(listed)).toContain('Pasaporte terminado en •••• 4567 31 dic 2099 en revisión');
  });

  it('end a detour from a sign-in at an application, which then says that it waits', async () => {
    const owner = await newOwner(server);
    await givePhone(server, owner);
    const request = await requestOf(client, { acr_values: 'urn:barong:level:3' });
    const level = await owner.agent.open(request.url);
    const [there] = buttonLinksOf(level);
    let page = await owner.agent.open(there ?? '');
    expect(new URL(page.url).pathname).toBe(PATH);
    page = await owner.agent.submit(page, new URL(page.url).search, { ...PROFILE, country: 'UA' });
    page = await upload(owner, page, photo, { ...STATEMENT, doc_number: '' });
    page = await upload(owner, page, photo);
    const [back] = buttonLinksOf(page);
    expect(back).toBe(new URL(level.url).pathname);
    expect(textOf(page)).toContain('Back to the application');
    expect(textOf(await owner.agent.open(back ?? ''))).toContain('What you sent is being checked');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentsService } from '../../src/oauth/consents.service.js';
import { form, picture } from '../documents/uploads.js';
import { PROFILE } from '../profiles/profiles.js';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, newPerson } from '../support/client.js';
import { signedIn, titleOf } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { buttonLinksOf, givePhone, inSpanish, newOwner, type Owner, review, textOf } from './account-owner.js';

const ORIGIN = { ip: '192.0.2.7', userAgent: 'test', requestId: 'test' };

let server: TestApp;
let photo: Buffer;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  photo = await picture('jpeg');
});
afterAll(() => server.close());

const overview = ({ agent }: Owner) => agent.open('/account');
const sendProfile = ({ token }: Owner) => call(server, 'POST', '/api/v1/profiles', { token, body: PROFILE });
const sendDocument = ({ token }: Owner) =>
  call(server, 'POST', '/api/v1/documents', { token, body: form({ bytes: photo }) });
const rejectDocuments = ({ uid }: Owner) =>
  server.sql(
    `UPDATE documents SET state = 'rejected' FROM accounts WHERE accounts.id = account_id AND accounts.uid = $1`,
    [uid],
  );

/** Does the steps one after the other, with somebody new. */
async function after(...steps: ((owner: Owner) => Promise<unknown>)[]): Promise<Owner> {
  const owner = await newOwner(server);
  for (const step of steps) await step(owner);
  return owner;
}

const phone = (owner: Owner) => givePhone(server, owner);
const reject = (owner: Owner) => review(server, owner, 'rejected', 'The name is <another> one & "odd".');
const approve = (owner: Owner) => review(server, owner, 'approved');
const turnOn = ({ uid }: Owner) => server.sql('UPDATE accounts SET otp_enabled = true WHERE uid = $1', [uid]);

describe('the overview', () => {
  it('tells somebody new that the phone is next', async () => {
    const owner = await newOwner(server);
    const page = await overview(owner);
    expect([page.status, titleOf(page)]).toEqual([200, 'Overview']);
    expect(textOf(page)).toContain('Level 1 of 3');
    expect(buttonLinksOf(page)).toEqual(['/account/phone']);
    expect(page.html.match(/<li class="done">/g)).toHaveLength(1);
    expect(textOf(page)).toContain(`E-mail address ${owner.person.email}`);
    expect(textOf(page)).toContain(`Account number ${owner.uid}`);
  });

  it.each<[string, ((owner: Owner) => Promise<unknown>)[], string, string[]]>([
    ['after the phone', [phone], 'Enter my details', ['/account/identity']],
    ['after the profile', [phone, sendProfile], 'a picture of a document is missing', ['/account/identity']],
    ['after a document only', [phone, sendDocument], 'Enter my details', ['/account/identity']],
    ['after both', [phone, sendProfile, sendDocument], 'Everything is here', []],
    [
      'when the pictures were refused',
      [phone, sendProfile, sendDocument, rejectDocuments],
      'picture',
      ['/account/identity'],
    ],
    ['after a rejection', [phone, sendProfile, reject], 'Correct my details', ['/account/identity']],
    [
      'when all is approved',
      [phone, sendProfile, approve],
      'Turn on the second factor',
      ['/account/security/two-factor'],
    ],
    ['when there is nothing left', [phone, sendProfile, approve, turnOn], 'Your details were checked', []],
    ['with an identity before the phone', [sendProfile, approve], 'counts as soon as', ['/account/phone']],
  ])('says what is next %s', async (_when, steps, text, links) => {
    const page = await overview(await after(...steps));
    expect(textOf(page)).toContain(text);
    expect(buttonLinksOf(page)).toEqual(links);
  });

  it('tells why the details were rejected, as text', async () => {
    const page = await overview(await after(phone, sendProfile, reject));
    expect(page.html).toContain('The name is &lt;another> one &amp; &quot;odd&quot;.');
  });

  it('counts where the account is in use', async () => {
    const owner = await newOwner(server);
    expect(textOf(await overview(owner))).toContain('In one browser and one program');
    await signedIn(server, owner.person);
    const consents = server.app.get(ConsentsService, { strict: false });
    await consents.record(owner.uid, LOCAL_DEMO, ['account:read'], ORIGIN);
    const text = textOf(await overview(owner));
    expect(text).toContain('In 2 browsers and one program');
    expect(text).toContain('One application They may');
  });

  it('shows the sign-in before this one and where it came from', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    expect(textOf(await agent.open('/account'))).toContain('none, this is the first');
    await server.sql(
      `INSERT INTO audit_entries (actor_uid, action, target, ip, at, details)
       SELECT uid, 'session.created', uid, '203.0.113.9', '2026-01-02 03:04:05Z', '{}' FROM accounts WHERE email = $1`,
      [person.email],
    );
    expect(textOf(await agent.open('/account'))).toContain('2 Jan 2026, 03:04 UTC from 203.0.113.9');
  });

  it('has nothing of anybody else', async () => {
    const stranger = await after(phone, sendProfile, reject);
    const page = await overview(await newOwner(server));
    for (const foreign of [stranger.person.email, stranger.uid, 'another']) expect(page.html).not.toContain(foreign);
  });

  it('speaks Spanish', async () => {
    const owner = await after(phone, sendProfile);
    const page = await inSpanish(owner.agent, await overview(owner));
    expect([new URL(page.url).pathname, titleOf(page)]).toEqual(['/account', 'Resumen']);
    expect(textOf(page)).toContain('Nivel 2 de 3');
    expect(textOf(page)).not.toMatch(/\b(the|your|open)\b/i);
  });

  it('asks whoever is not signed in to do that first', async () => {
    const page = await new UserAgent(server.url).open('/account');
    expect(page.url).toBe(`${server.url}/sign-in?return_to=%2Faccount`);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountSetupService } from '../../src/accounts/account-setup.service.js';
import type { AccountEvent } from '../../src/events/account-event.js';
import { DocumentReviewsService } from '../../src/documents/document-reviews.service.js';
import { ADMIN, LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, messageTo, newPerson, outcome, type Person, signIn, tokenIn } from '../support/client.js';
import { ORIGIN, picture, principalOf, submit as submitDocument } from '../documents/uploads.js';
import { add, codeIn, newNumber, verify } from '../phones/phones.js';
import { decide, PROFILE, principalOf as reviewerOf, submit as submitProfile } from '../profiles/profiles.js';
import { contentOf, NO_BROKER, RecordedEvents } from './recorded.js';

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const TIMES = { created_at: TIME, updated_at: TIME };
const CHANGED = { updated_at: TIME };

let server: TestApp;
let recorded: RecordedEvents;
let person: Person;
let token: string;
let uid: string;
beforeAll(async () => {
  server = await startApp(NO_BROKER);
  recorded = new RecordedEvents(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  person = await newPerson(server);
  token = await signIn(server, person);
  uid = String(claimsOf(token).uid);
  await recorded.next();
});

const contents = async (): Promise<unknown[]> => (await recorded.about(uid)).map(contentOf);
const account = (more: object = {}) => ({
  ...{ uid, email: person.email, role: 'member', level: 1, otp_enabled: false, state: 'active', confirmed_at: TIME },
  ...TIMES,
  ...more,
});
const updated = (more: object, changes: object) => ({
  name: 'model.account.updated',
  record: account(more),
  changes: { ...changes, ...CHANGED },
});

describe('accounts', () => {
  it('are told when they come into being, and when their address is confirmed', async () => {
    person = { email: 'newcomer@example.com', password: 'a long enough password' };
    await call(server, 'POST', '/api/v1/accounts', { body: person });
    const [created, ...others] = await recorded.next();
    uid = String(created?.record.uid);
    const { confirmed_at: _, ...pending } = account({ level: 0, state: 'pending' });
    expect(others).toEqual([]);
    expect(created).toEqual({ id: UUID, at: TIME, name: 'model.account.created', record: pending });

    const confirmation_token = tokenIn(await messageTo(server, person.email), 'confirmation_token');
    await call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token } });
    expect(await contents()).toEqual([
      updated({}, { level: 0, state: 'pending', confirmed_at: null }),
      { name: 'level.changed', record: { uid, from: 0, to: 1 } },
    ]);
    await call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token } });
    expect(await recorded.next()).toEqual([]);
  });

  it('that an operator makes or changes are told too', async () => {
    const setup = server.app.get(AccountSetupService, { strict: false });
    person = { email: 'operator@example.com', password: 'a long enough password' };
    uid = await setup.create({ ...person, role: 'compliance' });
    await setup.makeAdmin(uid);
    expect(await contents()).toEqual([
      { name: 'model.account.created', record: account({ role: 'compliance' }) },
      updated({ role: 'admin' }, { role: 'compliance' }),
    ]);
  });

  it('are told with the one thing that staff changed', async () => {
    const admin = await signIn(server, ADMIN);
    const change = (body: object) => call(server, 'PATCH', `/api/v1/admin/accounts/${uid}`, { token: admin, body });
    await change({ state: 'banned' });
    expect(await contents()).toEqual([updated({ state: 'banned' }, { state: 'active' })]);
    await change({ state: 'banned' });
    expect(await contents()).toEqual([]);
  });

  it('whose password is another are not told: nothing that is told has changed', async () => {
    const body = { old_password: person.password, new_password: 'quite another password' };
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body })).status).toBe(200);
    expect(await contents()).toEqual([]);
  });
});

describe('phones', () => {
  it('are told, with their number once it is verified', async () => {
    const number = newNumber();
    expect((await add(server, token, number)).status).toBe(201);
    const phone = { account_uid: uid, id: expect.any(String), country: 'US', ...TIMES };
    expect(await contents()).toEqual([{ name: 'model.phone.created', record: phone }]);
    expect((await add(server, token, number)).status).toBe(201);
    const code = codeIn((await messageTo(server, number.slice(1), 2)).text);
    expect(await contents()).toEqual([]);
    expect((await verify(server, token, number, code)).status).toBe(201);
    expect(await contents()).toEqual([
      {
        name: 'model.phone.updated',
        record: { ...phone, number, validated_at: TIME },
        changes: { number: null, validated_at: null, ...CHANGED },
      },
      updated({ level: 2 }, { level: 1 }),
      { name: 'level.changed', record: { uid, from: 1, to: 2 } },
    ]);
  });
});

describe('profiles', () => {
  it('are told when they are sent, judged and sent again', async () => {
    const metadata = { note: 'x' };
    const profile = (more: object) => ({ account_uid: uid, ...PROFILE, metadata, ...TIMES, ...more });
    await submitProfile(server, token, { ...PROFILE, metadata });
    expect(await contents()).toEqual([{ name: 'model.profile.created', record: profile({ state: 'pending' }) }]);

    const reviewer = await reviewerOf(server, await signIn(server, ADMIN));
    await decide(server, reviewer, { uid }, 'rejected', 'Say your name.');
    const rejected = await contents();
    expect(rejected).toEqual([
      {
        name: 'model.profile.updated',
        record: profile({ state: 'rejected' }),
        changes: { state: 'pending', ...CHANGED },
      },
    ]);
    expect(JSON.stringify(rejected)).not.toContain('Say your name');

    await submitProfile(server, token, { ...PROFILE, first_name: 'Alicia', metadata });
    expect(await contents()).toEqual([
      {
        name: 'model.profile.updated',
        record: profile({ state: 'pending', first_name: 'Alicia' }),
        changes: { state: 'rejected', first_name: 'Alice', ...CHANGED },
      },
    ]);
  });
});

describe('documents', () => {
  it('are told without their number and their file', async () => {
    expect((await submitDocument(server, token, { bytes: await picture('png'), name: 'a.png' })).status).toBe(201);
    const events = await recorded.about(uid);
    const document = { account_uid: uid, id: UUID, doc_type: 'Passport', doc_expire: '2099-12-31', ...TIMES };
    const created = { ...document, state: 'pending', scan_state: 'clean' };
    expect(events.map(contentOf)).toEqual([{ name: 'model.document.created', record: created }]);

    const id = String(events[0]?.record.id);
    const reviewer = await principalOf(server, ADMIN.email);
    await server.app.get(DocumentReviewsService, { strict: false }).decide(reviewer, id, 'approved', ORIGIN);
    expect(await contents()).toEqual([
      {
        name: 'model.document.updated',
        record: { ...created, state: 'approved' },
        changes: { state: 'pending', ...CHANGED },
      },
      { name: 'document.reviewed', record: { uid, document_id: id, state: 'approved' } },
    ]);
  });
});

describe('labels', () => {
  const label = (value: string) => ({ account_uid: uid, key: 'colour', value, scope: 'public', ...TIMES });
  const create = (key: string, value: string) =>
    call(server, 'POST', '/api/v1/labels', { token, body: { key, value } });

  it('are told when they are made and changed', async () => {
    await create('colour', 'green');
    const change = (value: string) => call(server, 'PATCH', '/api/v1/labels/colour', { token, body: { value } });
    await change('blue');
    await change('blue');
    expect(await contents()).toEqual([
      { name: 'model.label.created', record: label('green') },
      { name: 'model.label.updated', record: label('blue'), changes: { value: 'green', ...CHANGED } },
    ]);
  });

  it('that are not made in the end are not told: the event is taken back with its cause', async () => {
    await server.sql(
      `INSERT INTO labels (account_id, key, value, scope)
       SELECT accounts.id, 'key' || n, 'value', 'public' FROM accounts, generate_series(1, 100) AS n WHERE uid = $1`,
      [uid],
    );
    // The label and its event are written before the labels are counted.
    expect((await create('colour', 'green')).status).toBe(422);
    expect(await contents()).toEqual([]);
  });
});

describe('sessions', () => {
  const sessions = async (): Promise<AccountEvent[]> =>
    (await recorded.next()).filter(({ name }) => name.startsWith('session.'));

  it('are told when they are opened', async () => {
    const claims = claimsOf(await signIn(server, person));
    expect((await sessions()).map(contentOf)).toEqual([
      {
        name: 'session.created',
        record: { uid, session_id: claims.sid, application_uid: LOCAL_DEMO, amr: ['pwd'], ip: '127.0.0.1' },
      },
    ]);
  });

  it('that fail are told once, never with the address that was typed', async () => {
    const attempt = (email: string) =>
      call(server, 'POST', '/api/v1/sessions', {
        body: { email, password: 'a wrong one', application_id: LOCAL_DEMO },
      });
    expect(outcome(await attempt(person.email))).toEqual([401, '401 Unauthorized']);
    expect(outcome(await attempt('nobody.here@example.com'))).toEqual([401, '401 Unauthorized']);
    const events = await sessions();
    expect(events.map(contentOf)).toEqual([
      { name: 'session.failed', record: { uid, reason: 'credentials', ip: '127.0.0.1' } },
      { name: 'session.failed', record: { uid: null, reason: 'credentials', ip: '127.0.0.1' } },
    ]);
    expect(JSON.stringify(events)).not.toContain('example.com');
  });
});

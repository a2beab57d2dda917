import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { picture, STATEMENT, submit as submitDocument } from '../documents/uploads.js';
import { newClient, tokensFor } from '../oauth/flow.js';
import { add as addPhone, newNumber } from '../phones/phones.js';
import { PROFILE, submit as submitProfile } from '../profiles/profiles.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, type Person, signIn, signInAdmin } from '../support/client.js';
import { post, signedIn } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const PATH = '/account/settings/export';

interface Exported {
  exported_at: string;
  account: Record<string, unknown>;
  profile: Record<string, unknown> | null;
  phones: Record<string, unknown>[];
  documents: Record<string, unknown>[];
  labels: Record<string, unknown>[];
  passkeys: Record<string, unknown>[];
  sessions: Record<string, unknown>[];
  consents: Record<string, unknown>[];
  activity: Record<string, unknown>[];
}

const uidOf = async ({ email }: Person): Promise<string> =>
  (await server.sql<{ uid: string }>('SELECT uid FROM accounts WHERE email = $1', [email]))[0]?.uid ?? '';

/** Presses the button as a browser does, and takes the file. */
async function download(agent: UserAgent): Promise<Answer<Exported>> {
  const page = await agent.open('/account/settings');
  const token = /name="form_token" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
  const cookie = ['barong_session', 'barong_session.sig'].map((name) => `${name}=${agent.cookie(name)}`).join('; ');
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  return call<Exported>(server, 'POST', PATH, { headers, body: new URLSearchParams({ form_token: token }) });
}

describe('the export of what belongs to an account', () => {
  it('holds everything that its owner may know', async () => {
    const person = await newPerson(server);
    const uid = await uidOf(person);
    const token = await signIn(server, person);
    await submitProfile(server, token);
    await submitDocument(server, token, { bytes: await picture('jpeg') });
    const number = newNumber();
    await addPhone(server, token, number);
    await call(server, 'POST', '/api/v1/labels', { token, body: { key: 'colour', value: 'green' } });
    await call(server, 'POST', `/api/v1/admin/accounts/${uid}/labels`, {
      token: await signInAdmin(server),
      body: { key: 'risk', value: 'low', scope: 'private' },
    });
    const { agent } = await tokensFor(server, await newClient(server), person);

    const { status, headers, body } = await download(agent);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="account-${uid}.json"`);
    expect(headers.get('cache-control')).toBe('no-store');

    expect(body.account).toMatchObject({ uid, email: person.email, role: 'member', state: 'active', level: 1 });
    expect(body.profile).toMatchObject({ ...PROFILE, state: 'pending' });
    expect(body.phones).toEqual([{ number, country: 'US', verified: false }]);
    expect(body.documents).toEqual([expect.objectContaining({ ...STATEMENT, content_type: 'image/jpeg' })]);
    expect(body.labels.map(({ key, scope }) => [key, scope])).toEqual([
      ['colour', 'public'],
      ['risk', 'private'],
    ]);
    expect(body.sessions.map(({ application, current }) => [application, current])).toEqual([
      [null, true],
      ['Local demo', false],
    ]);
    expect(body.consents).toEqual([expect.objectContaining({ application_name: 'Shop' })]);
    expect(body.activity[0]).toMatchObject({ action: 'account.exported', by: 'owner', ip: '127.0.0.1' });
    expect(body.activity.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['account.created', 'session.created', 'consent.given', 'label.created']),
    );
  });

  it('holds no hash, key, secret or id of ours, and nothing of staff', async () => {
    const person = await newPerson(server);
    const uid = await uidOf(person);
    const admin = await signInAdmin(server);
    await submitProfile(server, await signIn(server, person));
    await call(server, 'PUT', `/api/v1/admin/accounts/${uid}/profile/state`, {
      token: admin,
      body: { state: 'approved' },
    });
    const { body } = await download(await signedIn(server, person));
    const text = JSON.stringify(body);
    const [staff] = await server.sql<{ uid: string }>(`SELECT uid FROM accounts WHERE role = 'admin'`);
    expect(text).not.toContain(staff?.uid);
    expect(text).not.toMatch(/hash|encrypted|storage|data_key|reviewed_by|request_id|tokens_valid/i);
    expect(text).not.toContain(person.password);
    expect(body.activity.find(({ action }) => action === 'profile.reviewed')).toMatchObject({ by: 'staff', ip: null });
  });

  it('holds nothing of others, and is there for accounts that have nothing', async () => {
    const [person, other] = [await newPerson(server), await newPerson(server)];
    const { body } = await download(await signedIn(server, person));
    expect(body).toMatchObject({ profile: null, phones: [], documents: [], labels: [], passkeys: [], consents: [] });
    expect(JSON.stringify(body)).not.toContain(other.email);
    expect(JSON.stringify(body)).not.toContain(await uidOf(other));
  });

  it('is recorded, and is a form of ours: no link, no other site, no token', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const count = async () =>
      (
        await server.sql(`SELECT 1 FROM audit_entries WHERE action = 'account.exported' AND target = $1`, [
          await uidOf(person),
        ])
      ).length;
    expect((await agent.open(PATH)).status).toBeGreaterThanOrEqual(404);
    expect((await post(server, agent, PATH, {})).status).toBe(403);
    const token = await signIn(server, person);
    expect((await call(server, 'POST', PATH, { token, headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(
      401,
    );
    expect(await count()).toBe(0);
    await download(agent);
    expect(await count()).toBe(1);
  });
});

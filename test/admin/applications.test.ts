import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationSecretsService } from '../../src/applications/application-secrets.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome, signIn } from '../support/client.js';
import { oauthToken, resigned } from '../support/tokens.js';
import { auditOf, callAs, isAlive, type Member, newMember } from './staff.js';

interface Application {
  uid: string;
  secret?: string;
  [field: string]: unknown;
}

let server: TestApp;
let admin: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
});
afterAll(() => server.close());

const create = (body: unknown) => callAs<Application>(server, admin, 'POST', '/applications', { body });
const change = (uid: string, body: unknown) =>
  callAs<Application>(server, admin, 'PATCH', `/applications/${uid}`, { body });
const show = (uid: string) => callAs<Application>(server, admin, 'GET', `/applications/${uid}`);
const remove = (uid: string) => callAs(server, admin, 'DELETE', `/applications/${uid}`);
const rotate = (uid: string, body: unknown = {}) =>
  callAs<Application>(server, admin, 'POST', `/applications/${uid}/rotate_secret`, { body });
const isSecret = (uid: string, secret: string) =>
  server.app.get(ApplicationSecretsService, { strict: false }).isSecret({ uid }, secret);

const FULL = {
  name: ' Exchange ',
  redirect_uris: ['https://app.example.com/cb', 'http://127.0.0.1:8000/cb'],
  post_logout_redirect_uris: ['https://app.example.com/'],
  scopes: ['openid', 'account:read'],
  grant_types: ['authorization_code', 'client_credentials'],
  first_party: true,
  skip_consent: true,
  require_pkce: false,
  signing_alg: 'ES256',
  access_token_lifetime: 600,
  allowed_origins: ['https://app.example.com'],
  backchannel_logout_uri: 'https://app.example.com/backchannel-logout',
};

describe('registering an application', () => {
  it('answers with what was given, its uid, and this once its secret', async () => {
    const { status, body } = await create(FULL);
    expect(status).toBe(201);
    const { uid, secret, created_at: _, updated_at: __, ...settings } = body;
    expect(settings).toEqual({ ...FULL, name: 'Exchange', kind: 'confidential', previous_secret_expires_at: null });
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await isSecret(uid, secret ?? '')).toBe(true);

    const shown = await show(uid);
    const { secret: ___, ...without } = body;
    expect(shown.body).toEqual(without);
    expect(JSON.stringify((await callAs(server, admin, 'GET', '/applications')).body)).not.toContain(secret);
  });

  it('takes lists as forms too', async () => {
    const form = new URLSearchParams({ name: 'By form', first_party: 'true', access_token_lifetime: '120' });
    for (const uri of FULL.redirect_uris) form.append('redirect_uris[]', uri);
    form.append('scopes[]', 'openid');
    const multipart = new FormData();
    for (const [key, value] of form) multipart.append(key, value);
    for (const body of [form, multipart]) {
      const answer = await create(body);
      expect(answer.body).toEqual(
        expect.objectContaining({ redirect_uris: FULL.redirect_uris, scopes: ['openid'], first_party: true }),
      );
    }
  });

  it('gives a new one what is safe: PKCE, consent, no passwords, all scopes to choose from', async () => {
    const { body } = await create({ name: 'Plain' });
    expect(body).toEqual(
      expect.objectContaining({
        kind: 'confidential',
        require_pkce: true,
        first_party: false,
        skip_consent: false,
        signing_alg: 'RS256',
        access_token_lifetime: 900,
        redirect_uris: [],
        grant_types: ['authorization_code', 'refresh_token'],
        backchannel_logout_uri: null,
      }),
    );
    expect(body.scopes).toContain('labels:write');
  });

  it('of the public kind makes no secret and always asks for PKCE', async () => {
    const { status, body } = await create({ name: 'Phone', kind: 'public', require_pkce: false });
    expect([status, body.kind, body.require_pkce, 'secret' in body]).toEqual([201, 'public', true, false]);
    expect((await change(body.uid, { require_pkce: false })).body.require_pkce).toBe(true);
    for (const secret of ['', 'kept as a hash', 'null']) expect(await isSecret(body.uid, secret)).toBe(false);
    expect(outcome(await rotate(body.uid))).toEqual([422, 'A public application has no secret']);
  });

  it('does not take uid, secret or other columns from the request', async () => {
    const { body } = await create({ name: 'Own', uid: 'my-own', secret: 'mine', id: 7, secret_hash: 'x' });
    expect(body.uid).not.toBe('my-own');
    expect(await isSecret(body.uid, 'mine')).toBe(false);
  });

  it.each<[Record<string, unknown>, Record<string, string[]>]>([
    [
      { redirect_uris: ['http://app.example.com/cb'] },
      { redirect_uris: ['http://app.example.com/cb must be https, or http to localhost'] },
    ],
    [
      { redirect_uris: ['https://*.example.com/'] },
      { redirect_uris: ['https://*.example.com/ has a wildcard, space or backslash'] },
    ],
    [
      { post_logout_redirect_uris: ['https://a.example/#x'] },
      { post_logout_redirect_uris: ['https://a.example/#x has a fragment'] },
    ],
    [
      { redirect_uris: ['javascript:alert(1)'] },
      { redirect_uris: ['javascript:alert(1) must be https, or http to localhost'] },
    ],
    [
      { allowed_origins: ['https://a.example/path', '*'] },
      { allowed_origins: ['https://a.example/path is not an origin', '* is not an origin'] },
    ],
    [{ scopes: ['openid', 'admin'] }, { scopes: ['admin is not a scope'] }],
    [{ grant_types: ['password'] }, { grant_types: ['password is not a grant type'] }],
    [
      { kind: 'public', grant_types: ['client_credentials'] },
      { grant_types: ['client_credentials needs a confidential application'] },
    ],
    [{ kind: 'native' }, { kind: ['Kind must be confidential or public'] }],
    [{ signing_alg: 'none' }, { signing_alg: ['Signing alg must be RS256 or ES256'] }],
    [
      { access_token_lifetime: 59 },
      { access_token_lifetime: ['Access token lifetime must be from 60 to 86400 seconds'] },
    ],
    [
      { name: 'a\nb', signing_alg: 'HS256' },
      { name: ['Name must have 1 to 100 characters'], signing_alg: ['Signing alg must be RS256 or ES256'] },
    ],
  ])('refuses %j', async (fields, problems) => {
    expect(outcome(await create({ name: 'Wrong', ...fields }))).toEqual([422, problems]);
  });

  it.each<[unknown, string]>([
    [{}, 'name is missing'],
    [{ name: ' ' }, 'name is empty'],
    [{ name: 'A', first_party: 'yes' }, 'first_party is invalid'],
    [{ name: 'A', redirect_uris: [1] }, 'redirect_uris is invalid'],
    [{ name: 'A', redirect_uris: { a: 1 } }, 'redirect_uris is invalid'],
    [{ name: 'A', scopes: [['openid']] }, 'scopes is invalid'],
    [{ name: 'A', access_token_lifetime: 'long' }, 'access_token_lifetime is invalid'],
    [{ name: ['A'] }, 'name is invalid'],
  ])('can not read %j', async (body, sentence) => {
    expect(outcome(await create(body))).toEqual([400, sentence]);
  });
});

describe('changing an application', () => {
  it('changes what is given, and says in the audit log what was before', async () => {
    const { uid } = (await create(FULL)).body;
    const answer = await change(uid, { name: 'Renamed', redirect_uris: [], first_party: true });
    expect(answer.body).toEqual(expect.objectContaining({ name: 'Renamed', redirect_uris: [], signing_alg: 'ES256' }));
    expect((await auditOf(server, uid))[0]).toEqual({
      actor_uid: admin.uid,
      action: 'application.changed',
      target: uid,
      details: {
        before: { name: 'Exchange', redirect_uris: FULL.redirect_uris },
        after: { name: 'Renamed', redirect_uris: [] },
      },
    });
    await change(uid, { name: 'Renamed' });
    expect(await auditOf(server, uid)).toHaveLength(2);
  });

  it('that is not allowed changes nothing; its kind never changes', async () => {
    const { uid } = (await create(FULL)).body;
    expect((await change(uid, { name: 'New', signing_alg: 'none' })).status).toBe(422);
    expect((await change(uid, { kind: 'public' })).body).toEqual(
      expect.objectContaining({ name: 'Exchange', kind: 'confidential' }),
    );
  });

  it('by 20 requests at once keeps each of them', async () => {
    const { uid } = (await create({ name: 'Busy' })).body;
    const names = Array.from({ length: 20 }, (_, n) => `Name ${n}`);
    const answers = await Promise.all(names.map((name) => change(uid, { name })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect((await auditOf(server, uid)).filter(({ action }) => action === 'application.changed')).toHaveLength(20);
  });
});

describe('without first_party', () => {
  it('an application takes no passwords, and its sessions are over', async () => {
    const { uid } = (await create({ name: 'Ours', first_party: true })).body;
    const member = await newMember(server);
    const token = await signIn(server, member, { application_id: uid });
    const theirs = oauthToken(server, token, 'account:read');
    expect(await isAlive(server, token)).toBe(true);

    await change(uid, { first_party: false });
    const { email, password } = member;
    const again = await call(server, 'POST', '/api/v1/sessions', { body: { email, password, application_id: uid } });
    expect(outcome(again)).toEqual([401, '401 Unauthorized']);
    expect(await isAlive(server, token)).toBe(false);
    expect((await call(server, 'POST', '/api/v1/security/renew', { token })).status).toBe(401);
    expect(await isAlive(server, theirs)).toBe(true);
  });
});

describe('deleting an application', () => {
  it('kills its tokens of both kinds at once, and no others', async () => {
    const { uid } = (await create({ name: 'Gone', first_party: true })).body;
    const member = await newMember(server);
    const token = await signIn(server, member, { application_id: uid });
    const theirs = oauthToken(server, token, 'account:read');
    expect([await isAlive(server, token), await isAlive(server, theirs)]).toEqual([true, true]);

    expect((await remove(uid)).status).toBe(204);
    expect([await isAlive(server, token), await isAlive(server, theirs)]).toEqual([false, false]);
    expect(await isAlive(server, member.token)).toBe(true);
    expect((await show(uid)).status).toBe(404);
    expect((await remove(uid)).status).toBe(404);
    expect((await auditOf(server, uid))[0]?.action).toBe('application.deleted');
  });

  it('kills them also when one of the same uid is registered later', async () => {
    const { uid } = (await create({ name: 'First', first_party: true })).body;
    const token = await signIn(server, await newMember(server), { application_id: uid });
    const old = resigned(server, token, { iat: Math.floor(Date.now() / 1000) - 100 });
    await server.sql(`UPDATE accounts SET tokens_valid_after = now() - interval '1 hour'`);
    expect(await isAlive(server, old)).toBe(false);
    await server.sql(`UPDATE applications SET created_at = created_at - interval '1 hour' WHERE uid = $1`, [uid]);
    expect(await isAlive(server, old)).toBe(true);
  });
});

describe('a new secret', () => {
  it('leaves the one before good for a while, and a third one is dead', async () => {
    const { uid, secret: first = '' } = (await create({ name: 'Rotating' })).body;
    const answer = await rotate(uid, { overlap: 3600 });
    const { secret: second = '', previous_secret_expires_at: until } = answer.body;
    expect(answer.status).toBe(201);
    expect(Date.parse(String(until)) - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect([await isSecret(uid, first), await isSecret(uid, second)]).toEqual([true, true]);
    expect((await show(uid)).body.previous_secret_expires_at).toBe(until);

    const { secret: third = '' } = (await rotate(uid)).body;
    expect([await isSecret(uid, first), await isSecret(uid, second), await isSecret(uid, third)]).toEqual([
      false,
      true,
      true,
    ]);
    await server.sql(`UPDATE applications SET previous_secret_expires_at = now() WHERE uid = $1`, [uid]);
    expect([await isSecret(uid, second), await isSecret(uid, third)]).toEqual([false, true]);
    expect((await auditOf(server, uid))[0]?.details).toEqual({ overlap_seconds: 86400 });
  });

  it('in place of one that has leaked counts alone', async () => {
    const { uid, secret = '' } = (await create({ name: 'Leaked' })).body;
    const answer = await rotate(uid, { overlap: 0 });
    expect(answer.body.previous_secret_expires_at).toBeNull();
    expect([await isSecret(uid, secret), await isSecret(uid, answer.body.secret ?? '')]).toEqual([false, true]);
    expect(await isSecret(uid, '')).toBe(false);
  });

  it('is refused to what is no application, with an overlap without end', async () => {
    const { uid } = (await create({ name: 'Never' })).body;
    expect(outcome(await rotate('no-such'))).toEqual([404, 'Application not found']);
    expect(outcome(await rotate(uid, { overlap: 1e9 }))).toEqual([400, 'overlap is invalid']);
  });
});

describe('the list of applications', () => {
  it('is newest first and in pages', async () => {
    const { uid } = (await create({ name: 'Newest' })).body;
    const answer = await callAs<Application[]>(server, admin, 'GET', '/applications?limit=1');
    expect(answer.body.map((application) => application.uid)).toEqual([uid]);
    const [{ count = 0 } = {}] = await server.sql<{ count: number }>(
      'SELECT count(*)::int AS count FROM applications WHERE deleted_at IS NULL',
    );
    expect(answer.headers.get('Total')).toBe(String(count));
  });

  it.each(['%00', 'x'.repeat(5000), '%25', 'a b', '..%2f'])('does not know %#', async (uid) => {
    for (const answer of [await show(uid), await change(uid, { name: 'A' }), await remove(uid), await rotate(uid)]) {
      expect(answer.status).toBe(404);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationSecretsService } from '../../src/applications/application-secrets.service.js';
import { OAuthClientService } from '../../src/applications/oauth-client.service.js';
import { CleanUps } from '../../src/infra/queue/clean-ups.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, outcome, signIn } from '../support/client.js';
import { INVALID_GRANT, newClient, postForm, refresh, said, tokensFor } from '../oauth/flow.js';
import { callAs, isAlive, type Member, newMember } from './staff.js';

const UID = 'deleted-shop';
const SESSIONS = 2500;

let server: TestApp;
let admin: Member;
let member: Member;
let id: string | undefined;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  [admin, member] = [await newMember(server, 'admin'), await newMember(server)];
});
afterAll(() => server.close());

const register = async () => {
  await server.sql(`INSERT INTO applications (uid, name, kind, first_party) VALUES ($1, 'Shop', 'public', true)`, [
    UID,
  ]);
  [{ id } = { id: undefined }] = await server.sql<{ id: string }>('SELECT id FROM applications WHERE uid = $1', [UID]);
};
const signInThere = () => signIn(server, member, { application_id: UID });
const rows = (table: string) => server.sql(`SELECT 1 FROM ${table} WHERE application_id = $1`, [id]);

describe('an application with very many sessions and consents', () => {
  it('is gone at once when it is deleted, with its tokens; the rows go in batches', async () => {
    await register();
    const token = await signInThere();
    await server.sql(
      `INSERT INTO sessions (id, account_id, application_id, ip, user_agent, amr, authenticated_at, expires_at)
       SELECT gen_random_uuid(), accounts.id, $2, '', '', '{pwd}', now(), now() + interval '1 day'
       FROM accounts, generate_series(2, ${SESSIONS}) WHERE uid = $1`,
      [member.uid, id],
    );
    await server.sql(
      `INSERT INTO consents (account_id, application_id, scopes) SELECT id, $2, '{openid}' FROM accounts WHERE uid = $1`,
      [member.uid, id],
    );
    expect((await callAs(server, admin, 'DELETE', `/applications/${UID}`)).status).toBe(204);
    expect([(await rows('sessions')).length, (await rows('consents')).length]).toEqual([SESSIONS, 1]);

    expect(await isAlive(server, token)).toBe(false);
    expect((await call(server, 'POST', '/api/v1/security/renew', { token })).status).toBe(401);
    const body = { email: member.email, password: member.password, application_id: UID };
    expect(outcome(await call(server, 'POST', '/api/v1/sessions', { body }))).toEqual([401, '401 Unauthorized']);
    const mine = await call<{ application: unknown }[]>(server, 'GET', '/api/v1/sessions', { token: member.token });
    expect(mine.body).toHaveLength(1);
    for (const path of ['/applications', `/applications/${UID}`, `/applications/deleted%20${id}`]) {
      expect(JSON.stringify((await callAs(server, admin, 'GET', path)).body)).not.toContain('Shop');
    }
  });

  it('leaves its uid free: tokens of the one before do not open the one after', async () => {
    const before = { id };
    await register();
    expect(id).not.toBe(before.id);
    await server.sql(`UPDATE applications SET created_at = now() - interval '1 hour' WHERE uid = $1`, [UID]);
    const token = await signInThere();
    expect(claimsOf(token).client_id).toBe(UID);
    expect((await callAs(server, admin, 'DELETE', `/applications/${UID}`)).status).toBe(204);
    expect(await isAlive(server, token)).toBe(false);
    // Only then: a second later it might be taken for one of the application that follows.
    await register();
    await server.sql(`UPDATE applications SET created_at = now() + interval '10 seconds' WHERE uid = $1`, [UID]);
    expect(await isAlive(server, token)).toBe(false);
  });

  it('has left nothing behind after the clean-up', async () => {
    await server.app.get(CleanUps, { strict: false }).run();
    const left = await server.sql<{ uid: string }>('SELECT uid FROM applications WHERE name = $1', ['Shop']);
    expect(left).toEqual([{ uid: UID }]);
    for (const table of ['sessions', 'consents']) {
      const orphans = `SELECT 1 FROM ${table} JOIN applications ON applications.id = application_id WHERE name = 'Shop'`;
      expect(await server.sql(orphans)).toEqual([]);
    }
  });
});

const tokenFor = (client_id: string, client_secret: string) =>
  postForm(server, '/oauth/token', { grant_type: 'client_credentials', client_id, client_secret });

describe('an OAuth client that is deleted', () => {
  it('is none under the name that its row has until it is swept up, whatever the secret (C-42)', async () => {
    const { uid, secret = '' } = await newClient(server, { grantTypes: ['client_credentials'], redirectUris: [] });
    const [row] = await server.sql<{ id: string }>('SELECT id FROM applications WHERE uid = $1', [uid]);
    const name = `deleted ${row?.id}`;
    const token = String((await tokenFor(uid, secret)).body.access_token);
    expect((await callAs(server, admin, 'DELETE', `/applications/${uid}`)).status).toBe(204);
    expect(await server.sql('SELECT 1 FROM applications WHERE uid = $1', [name])).toHaveLength(1);
    for (const each of [uid, name]) expect(said(await tokenFor(each, secret))).toEqual([401, 'invalid_client']);
    // The row alone does not make it one either.
    expect(await server.app.get(OAuthClientService, { strict: false }).find(name)).toBeUndefined();
    expect(await server.app.get(ApplicationSecretsService, { strict: false }).hashesOf(name)).toEqual([]);
    const other = await newClient(server);
    const told = await postForm(server, '/oauth/introspect', { token, ...other.credentials });
    expect(told.body).toEqual({ active: false });
  });

  it('leaves nothing that it was granted to one that is registered under its uid (C-36)', async () => {
    const settings = { uid: 'twice', secret: 'the same secret of both, long enough' };
    const offline = { scope: 'openid offline_access', prompt: 'consent' };
    const client = await newClient(server, settings);
    const { tokens } = await tokensFor(server, client, member, offline);
    expect((await callAs(server, admin, 'DELETE', `/applications/twice`)).status).toBe(204);
    await newClient(server, settings);
    expect(said(await refresh(server, client, tokens.refresh_token))).toEqual(INVALID_GRANT);
    const after = await tokensFor(server, client, member, offline);
    expect(said(await refresh(server, client, after.tokens.refresh_token))).toEqual([200, 'ok']);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newClient, refresh, said, type TestClient, tokensFor } from '../oauth/flow.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, messageTo, newPerson, outbox, outcome, signIn, tokenIn } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type DatabaseProxy, startDatabaseProxy, type Trap } from '../support/database-proxy.js';
import { jobsDone } from '../support/jobs.js';
import { SECRET_KEY } from './serving.js';

const UNAVAILABLE = [503, 'The service is temporarily unavailable'];
const TAKEN = [422, ['Email has already been taken']];
const PASSWORD = 'a long enough password';

let database: TestDatabase;
let proxy: DatabaseProxy;
let server: TestApp;
let direct: pg.Pool;
let shop: TestClient;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startDatabaseProxy(database.url);
  direct = new pg.Pool({ connectionString: database.url, max: 1 });
  direct.on('error', () => undefined);
  const app = await startApp({ DATABASE_URL: proxy.url, SECRET_KEY });
  // Not that of startApp's own database, which nobody uses here.
  server = { ...app, sql: async (text, values) => (await direct.query(text, values)).rows as never };
  shop = await newClient(server);
});
afterAll(async () => {
  await server.close();
  await proxy.cut();
  await direct.end();
  await database.drop();
});

/** The COMMIT of the next transaction that holds such a statement: it does not arrive, or nobody hears that it was done. */
const atCommitOf = (statement: string, lost: Trap['lost']) =>
  proxy.cutAt({ message: (text, before) => text.includes('COMMIT\0') && before.includes(statement), lost });

const signUp = (email: string) => call(server, 'POST', '/api/v1/accounts', { body: { email, password: PASSWORD } });
const accounts = (email: string) => server.sql('SELECT 1 FROM accounts WHERE email = $1', [email]);

/** The same request at each call. */
async function labelCreation() {
  const token = await signIn(server, await newPerson(server));
  const headers = { 'idempotency-key': randomUUID() };
  const body = { key: 'plan', value: 'gold' };
  return () => call<{ key: string }>(server, 'POST', '/api/v1/labels', { token, headers, body });
}

describe('a connection that breaks in the middle of COMMIT (C-83)', () => {
  it('before it arrives: 503, nothing is there, and the same request again does it', async () => {
    const email = 'never-arrived@example.com';
    const sprung = atCommitOf('INSERT INTO accounts', 'message');
    expect(outcome(await signUp(email))).toEqual(UNAVAILABLE);
    await sprung;
    expect(await accounts(email)).toEqual([]);
    expect(outcome(await signUp(email))).toEqual([201, null]);
    await jobsDone(server);
    expect(await outbox(server, email)).toHaveLength(1);
  });

  it('after it is done: 503, all of it is there, and the same request again makes nothing twice', async () => {
    const email = 'never-heard@example.com';
    const sprung = atCommitOf('INSERT INTO accounts', 'answer');
    const first = await signUp(email);
    expect(outcome(first)).toEqual(UNAVAILABLE);
    expect(first.headers.get('retry-after')).toMatch(/^[1-9]$/);
    await sprung;
    expect(outcome(await signUp(email))).toEqual(TAKEN);
    expect(await accounts(email)).toHaveLength(1);
    await jobsDone(server);
    expect(await outbox(server, email)).toHaveLength(1);
    // The mail is on its way as if nothing had happened.
    const token = tokenIn(await messageTo(server, email), 'confirmation_token');
    const confirm = () => call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token: token } });
    expect((await confirm()).status).toBe(201);
  });

  it.each(['message', 'answer'] as const)(
    'of a sign-in (%s lost): 503, the session is there or not, another works',
    async (lost) => {
      const person = await newPerson(server);
      const sprung = atCommitOf('INSERT INTO sessions', lost);
      await expect(signIn(server, person)).rejects.toThrow('503');
      await sprung;
      const token = await signIn(server, person);
      const sessions = await call<{ id: string; current: boolean }[]>(server, 'GET', '/api/v1/sessions', { token });
      // One of which nobody has the token; its owner sees it and can end it.
      expect(sessions.body).toHaveLength(lost === 'answer' ? 2 : 1);
      for (const { id, current } of sessions.body.filter((session) => !session.current)) {
        expect([current, (await call(server, 'DELETE', `/api/v1/sessions/${id}`, { token })).status]).toEqual([
          false,
          204,
        ]);
      }
    },
  );

  it.each(['message', 'answer'] as const)(
    'of a sign-out (%s lost): 503, never 204, and it can be said again',
    async (lost) => {
      const token = await signIn(server, await newPerson(server));
      const end = () => call(server, 'DELETE', '/api/v1/sessions/current', { token });
      const sprung = atCommitOf('UPDATE sessions SET ended_at', lost);
      expect(outcome(await end())).toEqual(UNAVAILABLE);
      await sprung;
      expect((await end()).status).toBe(lost === 'answer' ? 401 : 204);
      expect((await call(server, 'GET', '/api/v1/accounts/me', { token })).status).toBe(401);
    },
  );

  it('of a request with an Idempotency-Key, before it arrives: 503, and the same request again does it', async () => {
    const create = await labelCreation();
    const sprung = atCommitOf('INSERT INTO labels', 'message');
    expect(outcome(await create())).toEqual(UNAVAILABLE);
    await sprung;
    const again = await create();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });

  it('of a request with an Idempotency-Key, after it is done: the key tells, and it is answered as if nothing had been', async () => {
    const create = await labelCreation();
    const sprung = atCommitOf('INSERT INTO labels', 'answer');
    for (const answer of [await create(), await create()]) {
      expect(answer).toMatchObject({ status: 201, body: { key: 'plan', value: 'gold' } });
      expect(answer.headers.get('idempotency-replayed')).toBe('true');
    }
    await sprung;
  });
});

describe('a refresh token whose use was written down when the connection broke (C-36, C-83)', () => {
  it('is a 503, and the same token again gets the successor', async () => {
    const { tokens } = await tokensFor(server, shop, await newPerson(server), {
      scope: 'openid offline_access account:read',
      prompt: 'consent',
    });
    const sprung = proxy.cutAt({
      message: (text) => text.includes('oidc-consume') && text.includes('RefreshToken'),
      lost: 'answer',
    });
    expect(said(await refresh(server, shop, tokens.refresh_token))).toEqual([503, 'temporarily_unavailable']);
    await sprung;
    const [used] = await server.sql(`UPDATE oidc_records SET consumed_at = consumed_at - interval '2 seconds'
      WHERE model = 'RefreshToken' AND consumed_at IS NOT NULL RETURNING 1 AS is_used`);
    expect(used).toEqual({ is_used: 1 });

    const again = await refresh(server, shop, tokens.refresh_token);
    expect(said(again)).toEqual([200, 'ok']);
    // An answer that is lost between us and the client is no different: it asks again and gets the very same.
    const onceMore = await refresh(server, shop, tokens.refresh_token);
    expect(onceMore.body.refresh_token).toBe(again.body.refresh_token);
    expect(claimsOf(String(again.body.access_token)).sub).toBeDefined();
    expect(said(await refresh(server, shop, again.body.refresh_token))).toEqual([200, 'ok']);
  });
});

describe('where sign-up is neutral', () => {
  it('the same request again gets the same answer as if the first had not been', async () => {
    const neutral = await startApp({ DATABASE_URL: proxy.url, SECRET_KEY, SIGNUP_DISCLOSURE: 'neutral' });
    const body = { email: 'never-told@example.com', password: PASSWORD };
    const sprung = atCommitOf('INSERT INTO accounts', 'answer');
    expect(outcome(await call(neutral, 'POST', '/api/v1/accounts', { body }))).toEqual(UNAVAILABLE);
    await sprung;
    expect(outcome(await call(neutral, 'POST', '/api/v1/accounts', { body }))).toEqual([201, null]);
    expect(await accounts(body.email)).toHaveLength(1);
    await neutral.close();
  });
});

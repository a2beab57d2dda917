import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { RevocationsService } from '../../src/auth/revocations.service.js';
import { Database } from '../../src/infra/database/database.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, outcome, type Person, signIn } from '../support/client.js';
import { oauthToken, resigned } from '../support/tokens.js';

const DEAD = [401, 'The access token is invalid'];

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const me = (token: string) => call(server, 'GET', '/api/v1/accounts/me', { token });

/** Somebody with a session's token and an application's one, both of which were used already. */
async function twoTokens(): Promise<{ person: Person; id: string; tokens: string[] }> {
  const person = await newPerson(server);
  const session = await signIn(server, person);
  const tokens = [session, oauthToken(server, session, 'account:read')];
  for (const token of tokens) expect((await me(token)).status).toBe(200);
  const [row] = await server.sql<{ id: string }>('SELECT id FROM accounts WHERE email = $1', [person.email]);
  return { person, id: row.id, tokens };
}

/** As the console will do it: a service's work in a transaction. */
const inTransaction = (work: (tx: EntityManager) => Promise<void>) =>
  server.app.get(Database, { strict: false }).transaction(work);

describe('an account that may not act any more', () => {
  it.each(['locked', 'banned', 'pending'] as const)(
    'because it is %s loses every token at once (C-31)',
    async (state) => {
      const { id, tokens } = await twoTokens();
      await inTransaction((tx) => server.app.get(AccountsService, { strict: false }).changeState(tx, id, state));
      for (const token of tokens) expect(outcome(await me(token))).toEqual(DEAD);

      await inTransaction((tx) => server.app.get(AccountsService, { strict: false }).changeState(tx, id, 'active'));
      for (const token of tokens) expect(outcome(await me(token))).toEqual(DEAD);
    },
  );

  it('is refused however its row came to say so, and while it does', async () => {
    const { id, tokens } = await twoTokens();
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE id = $1`, [id]);
    for (const token of tokens) expect(outcome(await me(token))).toEqual(DEAD);
    await server.sql('DELETE FROM accounts WHERE id = $1', [id]);
    for (const token of tokens) expect(outcome(await me(token))).toEqual(DEAD);
  });
});

describe('an account that changed', () => {
  it('in its role loses every token, and new ones have the new role (C-72)', async () => {
    const { person, id, tokens } = await twoTokens();
    await inTransaction((tx) => server.app.get(AccountsService, { strict: false }).changeRole(tx, id, 'compliance'));
    for (const token of tokens) expect(outcome(await me(token))).toEqual(DEAD);
    const fresh = await signIn(server, person);
    expect(claimsOf(fresh).role).toBe('compliance');
    expect(await me(fresh)).toMatchObject({ status: 200, body: { role: 'compliance' } });
  });

  it('is shown as it is now, whatever the token says', async () => {
    const { id, tokens } = await twoTokens();
    await server.sql('UPDATE accounts SET level = 3, otp_enabled = true WHERE id = $1', [id]);
    for (const token of tokens) {
      expect(await me(token)).toMatchObject({ status: 200, body: { level: 3, otp_enabled: true, role: 'member' } });
    }
  });

  it('never believes what a token claims about it', async () => {
    const { tokens } = await twoTokens();
    const boaster = resigned(server, tokens[0], { role: 'admin', level: 3, state: 'active', email: 'x@example.com' });
    expect(await me(boaster)).toMatchObject({ status: 200, body: { role: 'member', level: 1 } });
  });
});

describe('a revocation (C-31)', () => {
  it.each(['jti', 'sid', 'grant_id'])('by %s ends the token at once, and no other', async (claim) => {
    const { tokens } = await twoTokens();
    const [session = '', application = ''] = tokens;
    const other = resigned(server, session, { jti: 'other', sid: 'other', grant_id: 'other' });
    const target = resigned(server, application, { jti: `${claim}-1`, sid: `${claim}-2`, grant_id: `${claim}-3` });
    for (const token of [other, target]) expect((await me(token)).status).toBe(200);
    const until = new Date(Date.now() + 60_000);
    await inTransaction((tx) =>
      server.app.get(RevocationsService, { strict: false }).revoke(tx, String(claimsOf(target)[claim]), until),
    );
    expect(outcome(await me(target))).toEqual(DEAD);
    expect((await me(other)).status).toBe(200);
    expect((await me(session)).status).toBe(200);
  });

  it('may be repeated, and lasts as long as the longest asked for', async () => {
    const revoke = (until: string) =>
      inTransaction((tx) => server.app.get(RevocationsService, { strict: false }).revoke(tx, 'twice', new Date(until)));
    await revoke('2099-01-01T00:00:00Z');
    await revoke('2098-01-01T00:00:00Z');
    expect(await server.sql(`SELECT expires_at FROM revocations WHERE id = 'twice'`)).toEqual([
      { expires_at: new Date('2099-01-01T00:00:00Z') },
    ]);
  });
});

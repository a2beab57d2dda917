import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, claimsOf, outcome } from '../support/client.js';
import { oauthToken, resigned } from '../support/tokens.js';
import { add, codeFor, levelOf, newNumber, newToken, verify } from './phones.js';

const ROUTES = ['/api/v1/phones', '/api/v1/phones/verify'];

describe('who may write phones', () => {
  let server: TestApp;
  let session: string;
  beforeAll(async () => {
    server = await startApp();
    session = await newToken(server);
  });
  afterAll(() => server.close());

  const post = (path: string, token?: string): Promise<Answer<unknown>> =>
    call<unknown>(server, 'POST', path, { ...(token !== undefined && { token }), body: {} });

  it.each(ROUTES)('%s asks for a token before it looks at parameters', async (path) => {
    expect(outcome(await post(path))).toEqual([401, 'The access token is invalid']);
    expect(outcome(await post(path, resigned(server, session, {}, { typ: 'JWT' })))).toEqual([
      401,
      'The access token is invalid',
    ]);
    expect((await post(path, session)).status).toBe(400);
  });

  it.each(ROUTES)('%s takes an application’s token only with phones:write', async (path) => {
    const others = oauthToken(server, session, 'openid', 'phone', 'account:read', 'profile:write', 'labels:write');
    const refused = await post(path, others);
    expect(outcome(refused)).toEqual([403, 'insufficient_scope']);
    expect(refused.headers.get('www-authenticate')).toContain('scope="phones:write"');
    expect(outcome(await post(path, oauthToken(server, session)))).toEqual([403, 'insufficient_scope']);
    expect((await post(path, oauthToken(server, session, 'phones:write'))).status).toBe(400);
  });

  it('lets an application with phones:write add and verify', async () => {
    const token = oauthToken(server, session, 'phones:write');
    const number = newNumber();
    const code = await codeFor(server, token, number);
    expect(outcome(await verify(server, token, number, code))).toEqual([201, null]);
    expect(await levelOf(server, session)).toBe(2);
  });

  it('refuses an account that was banned', async () => {
    const token = await newToken(server);
    await server.sql(`UPDATE accounts SET state = 'banned' WHERE uid = $1`, [claimsOf(token).uid]);
    expect((await add(server, token, newNumber())).status).toBe(401);
  });

  it('knows no other method', async () => {
    for (const path of ROUTES) {
      const answer = await call<unknown>(server, 'GET', path, { token: session });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, expect.stringContaining('POST')]);
    }
  });
});

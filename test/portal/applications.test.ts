import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newClient, postForm, refresh, said, tokensFor, type TestClient } from '../oauth/flow.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person } from '../support/client.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const PATH = '/account/applications';
const OFFLINE = { scope: 'openid email account:read offline_access', prompt: 'consent' };

const authorized = (client: TestClient, person: Person) => tokensFor(server, client, person, OFFLINE);
const meWith = async (token: string): Promise<number> =>
  (await call(server, 'GET', '/api/v1/accounts/me', { token })).status;

describe('applications of an account', () => {
  it('has none at first', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const page = await agent.open(PATH);
    expect([page.status, titleOf(page)]).toEqual([200, 'Applications']);
    expect(textOf(page)).toContain('No application has access to your account.');
  });

  it('says what was agreed to, in words, and escapes what an application calls itself', async () => {
    const person = await newPerson(server);
    const client = await newClient(server, { name: 'Shop <b>& co</b>' });
    await authorized(client, person);
    const page = await (await signedIn(server, person)).open(PATH);
    expect(page.html).toContain('<h2>Shop &lt;b>&amp; co&lt;/b></h2>');
    for (const words of [
      'See your e-mail address',
      'Keep this access when you are away',
      'Access since',
      'Last used',
    ]) {
      expect(textOf(page)).toContain(words);
    }
    expect(textOf(page)).not.toContain('account:read');
  });

  it('takes access back, and everything the application has is dead at once', async () => {
    const person = await newPerson(server);
    const [client, other] = [await newClient(server), await newClient(server, { name: 'Bank' })];
    const { tokens } = await authorized(client, person);
    const { tokens: kept } = await authorized(other, person);
    expect(await meWith(tokens.access_token)).toBe(200);

    const agent = await signedIn(server, person);
    const listed = await agent.open(PATH);
    const page = await post(server, agent, `${PATH}/withdraw`, { application: client.uid }, listed);
    expect([page.url, noticesOf(page)]).toEqual([
      `${server.url}${PATH}?done=withdrawn`,
      ['The application has no access any more.'],
    ]);
    expect(textOf(page)).toContain('Bank');
    expect(textOf(page)).not.toContain('Shop');
    expect(await meWith(tokens.access_token)).toBe(401);
    const introspection = { ...client.credentials, token: tokens.access_token };
    expect((await postForm(server, '/oauth/introspect', introspection)).body).toEqual({ active: false });
    expect(said(await refresh(server, client, tokens.refresh_token))).toEqual([400, 'invalid_grant']);
    expect(await meWith(kept.access_token)).toBe(200);

    const again = await post(server, agent, `${PATH}/withdraw`, { application: client.uid }, page);
    expect([again.status, noticesOf(again)]).toEqual([404, ['This application has no access to your account.']]);
  });

  it("leaves other people's consents alone, and records nothing of what is not there", async () => {
    const victim = await newPerson(server);
    const client = await newClient(server);
    const { tokens } = await authorized(client, victim);
    const thief = await signedIn(server, await newPerson(server));
    for (const application of [client.uid, 'nonsense', '']) {
      const page = await post(server, thief, `${PATH}/withdraw`, { application }, await thief.open(PATH));
      expect([page.status, noticesOf(page)]).toEqual([404, ['This application has no access to your account.']]);
    }
    expect(await meWith(tokens.access_token)).toBe(200);
    const rows = await server.sql(
      `SELECT 1 FROM audit_entries WHERE action = 'consent.withdrawn' AND details->>'application' IN ($1, 'nonsense', '')`,
      [client.uid],
    );
    expect(rows).toEqual([]);
  });

  it('takes no form without its token, and nobody who is not signed in', async () => {
    const person = await newPerson(server);
    const client = await newClient(server);
    const { tokens } = await authorized(client, person);
    const agent = await signedIn(server, person);
    const bare = await post(server, agent, `${PATH}/withdraw`, { application: client.uid });
    expect(bare.status).toBe(403);
    const nobody = await post(server, new UserAgent(server.url), `${PATH}/withdraw`, { application: client.uid });
    expect(new URL(nobody.url).pathname).toBe('/sign-in');
    expect(await meWith(tokens.access_token)).toBe(200);
  });
});

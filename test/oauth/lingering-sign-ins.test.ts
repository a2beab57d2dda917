import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdapterFactory } from '../../src/oauth/adapter-factory.service.js';
import { ProviderService } from '../../src/oauth/provider.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { newPerson, signIn } from '../support/client.js';
import { signedIn } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { codeOf, post, scan } from '../two-factor/authenticator.js';
import { newClient, requestOf, titleOf } from './flow.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.close());

const closed = async (agent: UserAgent): Promise<boolean> =>
  new URL((await agent.open('/account')).url).pathname === '/sign-in';

describe('a sign-in that was not finished yet', () => {
  it('with the password alone is worth nothing once the second factor is on (C-20)', async () => {
    const person = await newPerson(server);
    const thief = new UserAgent(server.url);
    const page = await thief.open((await requestOf(await newClient(server))).url);
    const headers = { cookie: thief.header(page.url), 'sec-fetch-site': 'same-origin' };
    const form = { method: 'POST', body: new URLSearchParams({ ...person }), headers, redirect: 'manual' as const };
    const pocketed = (await fetch(`${page.url}/sign-in`, form)).headers.get('location') ?? '';

    const token = await signIn(server, person);
    const secret = await scan(server, token);
    expect((await post(server, 'enable_2fa', token, { code: codeOf(secret) })).status).toBe(201);

    const resumed = await thief.open(pocketed);
    expect(resumed.url).not.toContain('code=');
    expect(await closed(thief)).toBe(true);
    expect(titleOf(await thief.open('/sign-in'))).toBe('Sign in');
  });
});

describe('a session that was ended', () => {
  it('is not brought back by a request that had read it before', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const provider = server.app.get(ProviderService, { strict: false }).current;
    const sessions = server.app.get(AdapterFactory, { strict: false }).create('Session');
    const id = agent.cookie('barong_session') ?? '';
    const read = await provider.Session.find<object>(id);
    await agent.submit(await agent.open('/'), '/sign-out');
    // What the provider does at the end of every request.
    await (read as { save(seconds: number): Promise<void> }).save(3600);
    expect(await sessions.find(id)).toBeUndefined();

    const other = await signedIn(server, person);
    const [cookie, signature] = [other.cookie('barong_session') ?? '', other.cookie('barong_session.sig') ?? ''];
    const kept = await provider.Session.find<object>(cookie);
    await (kept as { destroy(): Promise<void> }).destroy();
    await (kept as { save(seconds: number): Promise<void> }).save(3600);
    const thief = new UserAgent(server.url);
    thief.take('barong_session', cookie);
    thief.take('barong_session.sig', signature);
    expect(await closed(thief)).toBe(true);
  });
});

describe('paths of the provider', () => {
  it.each(['/oauth/Token', '/oauth/token/', '/oauth/INTROSPECT', '/oauth/Register/'])('are not %s', async (path) => {
    expect((await fetch(server.url + path, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })).status).toBe(
      404,
    );
  });
});

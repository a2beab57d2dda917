import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { newClient, requestOf, type TestClient } from '../oauth/flow.js';
import { startApp, type TestApp } from '../support/app.js';
import { claimsOf } from '../support/client.js';
import { noticesOf, post, titleOf } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';
import { auditOf, protectedPerson } from '../two-factor/authenticator.js';
import { addPasskey, optionsFrom, passkeyHolder, pathOf, refusal, SECURITY, signInWith } from './passkey-steps.js';
import { type Forgery, SoftwarePasskey, SYNCED } from './software-passkey.js';

const NOT_ACCEPTED = ['The passkey was not accepted'];
const TOO_LONG = ['That took too long, please try again'];

let server: TestApp;
let client: TestClient;
beforeAll(async () => {
  server = await startApp();
  client = await newClient(server, { skipConsent: true });
});
afterAll(() => server.close());

describe('signing in with a passkey', () => {
  it('names no account, wants the device unlocked, and leads to where the person wanted to go', async () => {
    const { person, passkey } = await passkeyHolder(server);
    const agent = new UserAgent(server.url);
    const page = await agent.open('/sign-in?return_to=/account/settings');
    const options = await optionsFrom(server, agent, '/sign-in/passkey/options', page);
    expect(options).toMatchObject({ rpId: '127.0.0.1', userVerification: 'required' });
    expect(options.allowCredentials ?? []).toEqual([]);
    const arrived = await agent.submit(page, '/sign-in/passkey', { passkey: passkey.get(options) });
    expect(arrived.url).toBe(`${server.url}/account/settings`);
    expect(arrived.html).toContain(person.email);
    expect((await auditOf(server, person.email)).at(-1)).toBe('session.created');
    const [row] = await server.sql(
      `SELECT last_used_at IS NOT NULL AS used, counter FROM passkeys WHERE credential_id = $1`,
      [Buffer.from(passkey.id, 'base64url')],
    );
    expect(row).toEqual({ used: true, counter: '1' });
  });

  it('goes without the code of the second factor, since it is both', async () => {
    const owner = await protectedPerson(server);
    const code = await owner.freshCode();
    const agent = new UserAgent(server.url);
    const step = await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...owner.person });
    await agent.submit(step, '/second-factor', { otp_code: code });
    const passkey = new SoftwarePasskey(server.url);
    await addPasskey(server, agent, passkey);
    expect(pathOf(await signInWith(server, passkey))).toBe('/account');
  });

  it.each<[string, Forgery]>([
    ['signed on another site', { origin: 'https://evil.example' }],
    ['for another site', { rpId: 'evil.example' }],
    ['signed within a frame of another site', { crossOrigin: true }],
    ['that is a new one', { type: 'webauthn.create' }],
    ['that was not unlocked', { flags: 1 }],
    ['that nobody has touched', { flags: 0 }],
    ['with another signature', { signature: randomBytes(70) }],
    ['of a person we do not know', { userHandle: Buffer.from('ID0000000000').toString('base64url') }],
    ['that we do not know', { id: randomBytes(32).toString('base64url') }],
  ])('refuses one %s, all alike', async (_, forgery) => {
    const { passkey } = await passkeyHolder(server);
    expect(refusal(await signInWith(server, passkey, forgery))).toEqual([403, 'Sign in', NOT_ACCEPTED]);
    expect(pathOf(await signInWith(server, passkey))).toBe('/account');
  });

  it('records who failed, as far as that is known', async () => {
    const { person, passkey } = await passkeyHolder(server);
    await signInWith(server, passkey, { signature: randomBytes(70) });
    expect((await auditOf(server, person.email)).at(-1)).toBe('passkey.failed');
  });

  it('refuses a copy of a device, whose counter goes back', async () => {
    const { passkey } = await passkeyHolder(server);
    passkey.counter = 10;
    expect(pathOf(await signInWith(server, passkey))).toBe('/account');
    for (const counter of [11, 3, 0]) {
      expect(refusal(await signInWith(server, passkey, { counter }))).toEqual([403, 'Sign in', NOT_ACCEPTED]);
    }
    expect(pathOf(await signInWith(server, passkey, { counter: 12 }))).toBe('/account');
  });

  it('takes an answer once, of many at the same time too', async () => {
    const { passkey } = await passkeyHolder(server);
    const agent = new UserAgent(server.url);
    const page = await agent.open('/sign-in');
    const options = await optionsFrom(server, agent, '/sign-in/passkey/options', page);
    const answer = passkey.get(options);
    const pages = await Promise.all(
      Array.from({ length: 8 }, () => agent.submit(page, '/sign-in/passkey', { passkey: answer })),
    );
    expect(pages.filter((one) => pathOf(one) === '/account')).toHaveLength(1);
    expect(pages.filter((one) => one.status === 403)).toHaveLength(7);
    expect(noticesOf(await agent.submit(page, '/sign-in/passkey', { passkey: answer }))).toEqual(TOO_LONG);
  });

  it('takes no answer of another browser, purpose or place, and none to what we did not ask', async () => {
    const { person, agent: ownersAgent, passkey } = await passkeyHolder(server);
    const agent = new UserAgent(server.url);
    const page = await agent.open('/sign-in');
    const send = (options: Parameters<SoftwarePasskey['get']>[0], forgery: Forgery = {}) =>
      agent.submit(page, '/sign-in/passkey', { passkey: passkey.get({ rpId: '127.0.0.1', ...options }, forgery) });
    const own = await optionsFrom(server, agent, '/sign-in/passkey/options', page);
    const thief = new UserAgent(server.url);
    const elsewhere = await optionsFrom(server, thief, '/sign-in/passkey/options', await thief.open('/sign-in'));
    const add = await ownersAgent.open(`${SECURITY}/passkeys/new`);
    ownersAgent.take('barong_passkey', agent.cookie('barong_passkey') ?? '');
    const registration = await optionsFrom(server, ownersAgent, `${SECURITY}/passkeys/options`, add);
    const interaction = await agent.open((await requestOf(client)).url);
    const within = `${new URL(interaction.url).pathname.replace(/\/sign-in$/, '')}/passkey/options`;
    const atApplication = await optionsFrom(server, agent, within, interaction);
    for (const options of [
      elsewhere,
      registration,
      atApplication,
      { challenge: randomBytes(32).toString('base64url') },
    ]) {
      expect(refusal(await send(options))).toEqual([403, 'Sign in', TOO_LONG]);
    }
    expect(refusal(await send(own, { challenge: elsewhere.challenge }))).toEqual([403, 'Sign in', TOO_LONG]);
    expect(pathOf(await send(own))).toBe('/account');
    expect((await agent.open('/account')).html).toContain(person.email);
  });

  it('lets nobody in whose account is locked, and says so only to its owner', async () => {
    const { person, passkey } = await passkeyHolder(server);
    await server.sql(`UPDATE accounts SET state = 'locked' WHERE email = $1`, [person.email]);
    expect(refusal(await signInWith(server, passkey))).toEqual([422, 'Sign in', ['Your account is locked']]);
    expect(noticesOf(await signInWith(server, passkey, { signature: randomBytes(70) }))).toEqual(NOT_ACCEPTED);
  });

  it('leaves few old challenges behind, whoever asks for them', async () => {
    const count = async () => (await server.sql('SELECT count(*)::int FROM passkey_challenges'))[0]?.count;
    await server.sql('DELETE FROM passkey_challenges');
    const agent = new UserAgent(server.url);
    const page = await agent.open('/sign-in');
    for (let n = 0; n < 5; n += 1) await optionsFrom(server, agent, '/sign-in/passkey/options', page);
    expect(await count()).toBe(5);
    await server.sql('UPDATE passkey_challenges SET expires_at = now()');
    await optionsFrom(server, agent, '/sign-in/passkey/options', page);
    expect(await count()).toBe(1);
  });
});

describe('within an authorization request, a passkey', () => {
  it.each([
    ['of one device', 0, 'hwk'],
    ['of all devices of a person', SYNCED, 'swk'],
  ])('%s stands for both factors', async (_, flags, kind) => {
    const { passkey } = await passkeyHolder(server, flags);
    const agent = new UserAgent(server.url);
    const { url, checks } = await requestOf(client);
    const page = await agent.open(url);
    const action = /action="([^"]*\/passkey)"/.exec(page.html)?.[1] ?? '';
    const options = await optionsFrom(server, agent, `${action}/options`, page);
    const refused = await agent.submit(page, '/passkey', { passkey: passkey.get(options, { flags: 1 }) });
    expect(refusal(refused)).toEqual([403, 'Sign in', NOT_ACCEPTED]);
    const again = await optionsFrom(server, agent, `${action}/options`, refused);
    const back = await agent.submit(refused, '/passkey', { passkey: passkey.get(again) });
    const tokens = await oidc.authorizationCodeGrant(client.oidc, new URL(back.url), checks);
    expect(claimsOf(tokens.access_token).amr).toEqual([kind, 'mfa']);
  });

  it('is the second factor after a password, without being unlocked', async () => {
    const owner = await protectedPerson(server);
    const passkey = new SoftwarePasskey(server.url);
    const first = new UserAgent(server.url);
    const step = await first.submit(await first.open('/sign-in'), '/sign-in', { ...owner.person });
    expect(step.html).not.toContain('data-passkey');
    await first.submit(step, '/second-factor', { otp_code: await owner.freshCode() });
    await addPasskey(server, first, passkey);

    const agent = new UserAgent(server.url);
    const { url, checks } = await requestOf(client);
    const page = await agent.submit(await agent.open(url), '/sign-in', { ...owner.person });
    expect(titleOf(page)).toBe('Second step');
    const action = /action="([^"]*\/passkey)"/.exec(page.html)?.[1] ?? '';
    const options = await optionsFrom(server, agent, `${action}/options`, page);
    expect(options).toMatchObject({ userVerification: 'preferred', allowCredentials: [{ id: passkey.id }] });
    const back = await agent.submit(page, '/passkey', { passkey: passkey.get(options, { flags: 1 }) });
    const tokens = await oidc.authorizationCodeGrant(client.oidc, new URL(back.url), checks);
    expect(claimsOf(tokens.access_token).amr).toEqual(['pwd', 'hwk', 'mfa']);
  });
});

describe('as second factor on our own pages', () => {
  it('a passkey of the same account is good, of another one not, and none without the password', async () => {
    const owner = await protectedPerson(server);
    const { passkey: foreign } = await passkeyHolder(server);
    const passkey = new SoftwarePasskey(server.url);
    const first = new UserAgent(server.url);
    const code = await first.submit(await first.open('/sign-in'), '/sign-in', { ...owner.person });
    await first.submit(code, '/second-factor', { otp_code: await owner.freshCode() });
    await addPasskey(server, first, passkey);

    const agent = new UserAgent(server.url);
    const path = '/sign-in/second-factor/passkey';
    expect((await post(server, agent, `${path}/options`, {})).status).toBe(403);
    const step = await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...owner.person });
    const wrong = foreign.get(await optionsFrom(server, agent, `${path}/options`));
    expect(refusal(await agent.submit(step, path, { passkey: wrong }))).toEqual([403, 'Second step', NOT_ACCEPTED]);
    const right = passkey.get(await optionsFrom(server, agent, `${path}/options`));
    const stranger = new UserAgent(server.url);
    stranger.take('barong_passkey', agent.cookie('barong_passkey') ?? '');
    expect(titleOf(await post(server, stranger, path, { passkey: right }))).toBe('Sign in');
    expect(pathOf(await agent.submit(step, path, { passkey: right }))).toBe('/account');
  });
});

// Last: passport knows one server a process, the newest.
describe('a server with limits', () => {
  it('answers no more questions of one network than passwords may be tried', async () => {
    const limited = await startApp({ RATE_LIMITS: 'on' });
    const agent = new UserAgent(limited.url);
    const ask = () => post(limited, agent, '/sign-in/passkey/options', {});
    const statuses = (await Promise.all(Array.from({ length: 33 }, ask))).map(({ status }) => status);
    expect([statuses.filter((one) => one === 200).length, statuses.filter((one) => one === 429).length]).toEqual([
      30, 3,
    ]);
    await limited.close();
  });
});

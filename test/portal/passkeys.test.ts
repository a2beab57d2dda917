import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { messageTo, newPerson } from '../support/client.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import type { Page, UserAgent } from '../support/user-agent.js';
import { auditOf } from '../two-factor/authenticator.js';
import { addPasskey, optionsFrom, passkeyHolder, pathOf, refusal, SECURITY, signInWith } from './passkey-steps.js';
import { type Forgery, SoftwarePasskey } from './software-passkey.js';

const NOT_ACCEPTED = ['The passkey was not accepted'];
const TOO_LONG = ['That took too long, please try again'];
const SIXTEEN_MINUTES = 16 * 60_000;

let server: TestApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.close());
afterEach(() => {
  jest.restoreAllMocks();
});

describe('adding a passkey', () => {
  it('asks the browser for one, keeps it, records it and tells the owner', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const page = await agent.open(`${SECURITY}/passkeys/new`);
    const options = await optionsFrom(server, agent, `${SECURITY}/passkeys/options`, page);
    expect(options).toMatchObject({
      rp: { id: '127.0.0.1', name: 'Barong' },
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    });
    // The handle goes with every answer of the device, so it must not be the address.
    expect(Buffer.from(options.user?.id ?? '', 'base64url').toString()).toMatch(/^ID[0-9A-F]{10}$/);
    const passkey = new SoftwarePasskey(server.url);
    const fields = { name: ' <b>My</b> phone ', passkey: passkey.create(options) };
    const added = await agent.submit(page, `${SECURITY}/passkeys`, fields);
    expect(noticesOf(added)).toEqual(['Your passkey was added. You can sign in with it from now on.']);
    expect(added.html).toContain('&lt;b>My&lt;/b> phone');
    expect(textOf(added)).toContain('Your password still works, too.');
    expect(await auditOf(server, person.email)).toContain('passkey.added');
    expect((await messageTo(server, person.email, 2)).subject).toBe('A passkey was added');
    const [row] = await server.sql(`SELECT transports, is_synced FROM passkeys WHERE name = '<b>My</b> phone'`);
    expect(row).toEqual({ transports: ['internal'], is_synced: false });
    const next = await optionsFrom(server, agent, `${SECURITY}/passkeys/options`, added);
    expect(next.excludeCredentials).toEqual([expect.objectContaining({ id: passkey.id })]);
  });

  it.each<[string, Forgery]>([
    ['made on another site', { origin: 'https://evil.example' }],
    ['made for another site', { rpId: 'evil.example' }],
    ['made within a frame of another site', { crossOrigin: true }],
    ['that is no new one', { type: 'webauthn.get' }],
    ['that nobody has touched', { flags: 0 }],
    ['with certificates', { attestation: { fmt: 'packed', attStmt: new Map([['x5c', []]]) } }],
    ['with a statement of another kind', { attestation: { fmt: 'apple', attStmt: new Map() } }],
    ['whose statement is not what it says', { attestation: { fmt: 'none', attStmt: new Map([['sig', 1]]) } }],
  ])('refuses one %s', async (_, forgery) => {
    const agent = await signedIn(server, await newPerson(server));
    const count = () => server.sql('SELECT count(*)::int FROM passkeys');
    const before = await count();
    const page = await addPasskey(server, agent, new SoftwarePasskey(server.url), forgery);
    expect(refusal(page)).toEqual([403, 'Add a passkey', NOT_ACCEPTED]);
    expect(await count()).toEqual(before);
  });

  it.each(['', 'no json', '[]', '{"id":"a","rawId":"a","type":"public-key","response":{}}', 'null'])(
    'refuses what is no answer of a browser: %j',
    async (passkey) => {
      const agent = await signedIn(server, await newPerson(server));
      const page = await agent.open(`${SECURITY}/passkeys/new`);
      expect(refusal(await agent.submit(page, `${SECURITY}/passkeys`, { name: 'x', passkey }))).toEqual([
        ...[403, 'Add a passkey', NOT_ACCEPTED],
      ]);
    },
  );

  it('takes an answer once, of the browser and the account that were asked, within five minutes', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const other = await signedIn(server, await newPerson(server));
    const page = await agent.open(`${SECURITY}/passkeys/new`);
    const otherPage = await other.open(`${SECURITY}/passkeys/new`);
    const ask = () => optionsFrom(server, agent, `${SECURITY}/passkeys/options`, page);
    const options = await ask();
    await optionsFrom(server, other, `${SECURITY}/passkeys/options`, otherPage);
    const answer = new SoftwarePasskey(server.url).create(options);
    const send = (from: UserAgent, on: Page, passkey: string) =>
      from.submit(on, `${SECURITY}/passkeys`, { name: 'x', passkey });
    expect(noticesOf(await send(other, otherPage, answer))).toEqual(TOO_LONG);
    other.take('barong_passkey', agent.cookie('barong_passkey') ?? '');
    expect(noticesOf(await send(other, otherPage, answer))).toEqual(TOO_LONG);
    expect(pathOf(await send(agent, page, answer))).toBe(SECURITY);
    expect(noticesOf(await send(agent, page, answer))).toEqual(TOO_LONG);
    const [row] = await server.sql(
      `SELECT bool_and(expires_at BETWEEN now() + interval '4 minutes' AND now() + interval '5 minutes') AS short
       FROM passkey_challenges`,
    );
    expect(row).toEqual({ short: true });
    const late = new SoftwarePasskey(server.url).create(await ask());
    await server.sql('UPDATE passkey_challenges SET expires_at = now()');
    expect(noticesOf(await send(agent, page, late))).toEqual(TOO_LONG);
  });

  it('keeps a credential once, whoever brings it', async () => {
    const { passkey } = await passkeyHolder(server);
    const page = await addPasskey(server, await signedIn(server, await newPerson(server)), passkey);
    expect(refusal(page)).toEqual([409, 'Add a passkey', ['This passkey was added already']]);
  });

  it('takes ten of an account, also in parallel', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const pages: Page[] = [];
    for (let n = 0; n < 8; n += 1) pages.push(await addPasskey(server, agent, new SoftwarePasskey(server.url)));
    expect(new Set(pages.map(pathOf))).toEqual(new Set([SECURITY]));
    const parallel = await Promise.all(
      Array.from({ length: 6 }, () => addPasskey(server, agent, new SoftwarePasskey(server.url))),
    );
    expect(parallel.filter((page) => pathOf(page) === SECURITY && page.status === 200)).toHaveLength(2);
    expect(parallel.filter(({ status }) => status === 422)).toHaveLength(4);
    expect(textOf(await agent.open(SECURITY))).toContain('An account can have ten passkeys.');
    const refused = await post(server, agent, `${SECURITY}/passkeys/options`, {}, await agent.open(SECURITY));
    expect(refused.status).toBe(422);
  });

  it('needs a sign-in of the last 15 minutes, at every step', async () => {
    const { agent } = await passkeyHolder(server);
    const page = await agent.open(`${SECURITY}/passkeys/new`);
    const id = /passkeys\/([0-9a-f-]{36})/.exec((await agent.open(SECURITY)).html)?.[1] ?? '';
    const later = Date.now() + SIXTEEN_MINUTES;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    for (const path of ['/passkeys/new', `/passkeys/${id}`]) {
      expect(titleOf(await agent.open(SECURITY + path))).toBe('Is it you?');
    }
    for (const path of ['/passkeys/options', '/passkeys', `/passkeys/${id}`, `/passkeys/${id}/remove`]) {
      expect(titleOf(await post(server, agent, SECURITY + path, { name: 'x', passkey: 'x' }, page))).toBe('Is it you?');
    }
  });
});

describe('the passkeys of an account', () => {
  it('are renamed and removed by their owner, who is told', async () => {
    const { person, agent, passkey } = await passkeyHolder(server);
    const list = await agent.open(SECURITY);
    const path = /href="(\/account\/security\/passkeys\/[0-9a-f-]{36})"/.exec(list.html)?.[1] ?? '';
    const renamed = await agent.submit(await agent.open(path), path, { name: 'My key' });
    expect([noticesOf(renamed), textOf(renamed)]).toEqual([
      ['The passkey has a new name.'],
      expect.stringContaining('My key'),
    ]);
    expect(pathOf(await agent.submit(await agent.open(path), path, { name: ' ' }))).toBe(path);
    const removed = await agent.submit(await agent.open(path), '/remove');
    expect(textOf(removed)).toContain('You have no passkeys yet.');
    expect(await auditOf(server, person.email)).toEqual(expect.arrayContaining(['passkey.renamed', 'passkey.removed']));
    expect((await messageTo(server, person.email, 3)).subject).toBe('A passkey was removed');
    expect(refusal(await signInWith(server, passkey))).toEqual([403, 'Sign in', NOT_ACCEPTED]);
  });

  it('are to others as if they were not there', async () => {
    const { agent: owner } = await passkeyHolder(server);
    const id = /passkeys\/([0-9a-f-]{36})/.exec((await owner.open(SECURITY)).html)?.[1] ?? '';
    const agent = await signedIn(server, await newPerson(server));
    const page = await agent.open(SECURITY);
    for (const name of [id, '00000000-0000-4000-8000-000000000000', 'x', '%00']) {
      const path = `${SECURITY}/passkeys/${name}`;
      const answers = [
        await agent.open(path),
        await post(server, agent, path, { name: 'Mine' }, page),
        await post(server, agent, `${path}/remove`, {}, page),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    }
    expect(textOf(await owner.open(SECURITY))).toContain('My phone');
  });
});

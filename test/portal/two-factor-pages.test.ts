import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { startApp, type TestApp } from '../support/app.js';
import { call, messageTo, newPerson, type Person, signIn } from '../support/client.js';
import { noticesOf, post, signedIn, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { auditOf, codeOf, factorState, forgetUsedCodes, wrongCode } from '../two-factor/authenticator.js';

const PATH = '/account/security';
const FACTOR = `${PATH}/two-factor`;

let server: TestApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const pathOf = ({ url }: Page): string => new URL(url).pathname;
const secretOn = ({ html }: Page): string => /class="code">([A-Z2-7 ]+)</.exec(html)?.[1]?.replaceAll(' ', '') ?? '';
const codesOn = ({ html }: Page): string[] =>
  [...html.matchAll(/<code>([A-Z2-7-]{29})</g)].map(([, code = '']) => code);

interface Owner {
  person: Person;
  agent: UserAgent;
  secret: string;
  codes: string[];
  /** The page with the recovery codes. */
  page: Page;
}

/** Somebody who turned the factor on, in the browser in which they did. */
async function turnOn(person: Person, agent: UserAgent): Promise<Owner> {
  const picture = await agent.submit(await agent.open(FACTOR), FACTOR);
  const secret = secretOn(picture);
  const page = await agent.submit(picture, '/enable', { code: codeOf(secret) });
  return { person, agent, secret, codes: codesOn(page), page };
}

async function newOwner(): Promise<Owner> {
  const person = await newPerson(server);
  return turnOn(person, await signedIn(server, person));
}

describe('turning the second factor on', () => {
  it('says first what will happen, then shows the secret as picture and text', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const intro = await agent.open(FACTOR);
    expect([titleOf(intro), secretOn(intro)]).toEqual(['Turn on the second factor', '']);
    const page = await agent.submit(intro, FACTOR);
    expect([page.status, secretOn(page).length]).toEqual([200, 32]);
    const png = /src="data:image\/png;base64,([^"]+)"/.exec(page.html)?.[1] ?? '';
    expect(await sharp(Buffer.from(png, 'base64')).metadata()).toMatchObject({ format: 'png', width: 300 });
    expect(await factorState(server, person.email)).toBe(false);
    const anew = await agent.submit(page, '/enable', { code: wrongCode(secretOn(page)) });
    expect([anew.status, noticesOf(anew), secretOn(anew)]).toEqual([422, ['The code is not right.'], '']);
    expect(await factorState(server, person.email)).toBe(false);
    expect(titleOf(await agent.submit(anew, '/enable', { code: codeOf(secretOn(page)) }))).toBe('Your recovery codes');
  });

  it('shows ten recovery codes once, and ends every other session; this browser goes on, with both factors', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    const [other, agent] = [await signedIn(server, person), await signedIn(server, person)];
    const before = agent.cookie('barong_session');
    const { page, codes } = await turnOn(person, agent);
    expect([page.status, titleOf(page), new Set(codes).size]).toEqual([200, 'Your recovery codes', 10]);
    expect(await factorState(server, person.email)).toBe(true);
    expect(agent.cookie('barong_session')).not.toBe(before);
    expect((await agent.open(PATH)).html).toContain('New recovery codes');
    expect(pathOf(await other.open(PATH))).toBe('/sign-in');
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token })).status).toBe(401);
    // The page is of the new session already: its forms are good.
    expect((await agent.submit(page, '/sign-out')).url).toBe(`${server.url}/`);
    expect(await auditOf(server, person.email)).toEqual(expect.arrayContaining(['otp.enabled', 'session.created']));
    expect((await messageTo(server, person.email, 2)).subject).toBe('Two-factor authentication was turned on');
  });

  it('needs a sign-in of the last 15 minutes', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const page = await agent.submit(await agent.open(FACTOR), FACTOR);
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    const asked = await agent.open(FACTOR);
    expect([titleOf(asked), new URL(asked.url).searchParams.get('return_to')]).toEqual(['Is it you?', FACTOR]);
    for (const path of [FACTOR, `${FACTOR}/enable`]) {
      expect(titleOf(await post(server, agent, path, { code: codeOf(secretOn(page)) }, page))).toBe('Is it you?');
    }
  });

  it('is not begun where it is on', async () => {
    const { agent, secret, page } = await newOwner();
    expect(pathOf(await agent.open(FACTOR))).toBe(PATH);
    for (const path of [FACTOR, `${FACTOR}/enable`]) {
      expect(pathOf(await post(server, agent, path, { code: codeOf(secret) }, page))).toBe(PATH);
    }
  });
});

describe('where the second factor is on', () => {
  const OFF = `${FACTOR}/off`;
  const CODES = `${PATH}/recovery-codes`;

  it.each([
    ['turning it off', OFF, 'Turn off the second factor'],
    ['new recovery codes', CODES, 'New recovery codes'],
  ])('%s takes password and code', async (_, path, title) => {
    const { person, agent, secret, codes } = await newOwner();
    await forgetUsedCodes(server, person.email);
    const form = await agent.open(path);
    const refused = async (fields: Record<string, string>) => {
      const page = await agent.submit(form, path, fields);
      return [page.status, titleOf(page), noticesOf(page)];
    };
    const wrong = { password: 'not the right one', code: codeOf(secret) };
    expect(await refused(wrong)).toEqual([422, title, ['The password is not right.']]);
    const { password } = person;
    for (const code of ['', wrongCode(secret), 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA']) {
      expect(await refused({ password, code })).toEqual([422, title, ['The code is not right.']]);
    }
    expect(await factorState(server, person.email)).toBe(true);
    const done = await agent.submit(form, path, { password, code: codes[0] ?? '' });
    expect(done.status).toBe(200);
    expect(await factorState(server, person.email)).toBe(path === CODES);
  });

  it('turned off, the password alone signs in, and this browser goes on', async () => {
    const { person, agent, codes } = await newOwner();
    const fields = { password: person.password, code: codes[0] ?? '' };
    const page = await agent.submit(await agent.open(OFF), OFF, fields);
    expect(noticesOf(page)).toEqual(['The second factor is off. Signing in takes the password alone.']);
    expect(pathOf(await (await signedIn(server, person)).open(PATH))).toBe(PATH);
    for (const path of [OFF, CODES]) expect(pathOf(await agent.open(path))).toBe(PATH);
    expect((await post(server, agent, OFF, fields, page)).status).toBe(400);
  });

  it('made anew, the old recovery codes are void', async () => {
    const { person, agent, codes } = await newOwner();
    const fields = { password: person.password, code: codes[0] ?? '' };
    const page = await agent.submit(await agent.open(CODES), CODES, fields);
    const fresh = codesOn(page);
    expect([titleOf(page), new Set([...codes, ...fresh]).size]).toEqual(['Your recovery codes', 20]);
    const again = { ...fields, code: codes[1] ?? '' };
    expect((await agent.submit(await agent.open(CODES), CODES, again)).status).toBe(422);
    const off = { ...fields, code: fresh[0] ?? '' };
    expect(noticesOf(await agent.submit(await agent.open(OFF), OFF, off))).toHaveLength(1);
  });
});

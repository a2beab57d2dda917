import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newClient, refresh, said, tokensFor } from '../oauth/flow.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, messageTo, newPerson, type Person, signIn } from '../support/client.js';
import { adminSignedIn, noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { auditOf, protectedPerson, wrongCode } from '../two-factor/authenticator.js';

const PATH = '/account/security';
const PASSWORD = `${PATH}/password`;
const NEW = 'another long enough password';

let server: TestApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const pathOf = ({ url }: Page): string => new URL(url).pathname;

async function change(agent: UserAgent, fields: Record<string, string>): Promise<Page> {
  return agent.submit(await agent.open(PASSWORD), PASSWORD, fields);
}

const isSignedIn = async (agent: UserAgent): Promise<boolean> => pathOf(await agent.open(PATH)) === PATH;

describe('the page Security', () => {
  it('shows how the owner signs in, and changes nothing', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const page = await agent.open(PATH);
    expect([page.status, titleOf(page), noticesOf(page)]).toEqual([200, 'Security', []]);
    expect(textOf(page)).toMatch(/Password .* Second factor Off .* You have no passkeys yet\./);
    const strange = await agent.open(`${PATH}?done=toString&second_factor=required`);
    expect(noticesOf(strange)).toEqual([]);
  });

  it('tells staff who came without a second factor what is missing', async () => {
    const page = await (await adminSignedIn(server)).open(`${PATH}?second_factor=required`);
    expect(noticesOf(page)).toEqual([expect.stringMatching(/^The pages for staff need a second factor .* Turn it on/)]);
  });

  it('is for whoever is signed in', async () => {
    const agent = new UserAgent(server.url);
    for (const path of ['', '/password', '/two-factor', '/two-factor/off', '/recovery-codes', '/passkeys/new']) {
      expect(titleOf(await agent.open(PATH + path))).toBe('Sign in');
    }
  });

  it('speaks Spanish', async () => {
    const agent = await signedIn(server, await newPerson(server));
    await post(server, agent, '/language', { language: 'es' }, await agent.open(PATH));
    expect(textOf(await agent.open(PATH))).toMatch(/Seguridad .* Segundo factor Desactivado .* Llaves de acceso/);
    const page = await change(agent, { current_password: 'wrong', new_password: NEW });
    expect(noticesOf(page)).toEqual(['La contraseña no es correcta.']);
  });
});

describe('a new password on the page', () => {
  let person: Person;
  const good = () => ({ current_password: person.password, new_password: NEW });

  it('ends everything but this browser, which goes on', async () => {
    person = await newPerson(server);
    const client = await newClient(server, { skipConsent: true });
    const token = await signIn(server, person);
    const other = await signedIn(server, person);
    const agent = await signedIn(server, person);
    const { tokens } = await tokensFor(server, client, person, { scope: 'openid offline_access', prompt: 'consent' });
    const stale = await agent.open(PASSWORD);
    const page = await change(agent, good());
    expect([pathOf(page), noticesOf(page)]).toEqual([PATH, [expect.stringMatching(/^Your new password holds/)]]);
    expect([await isSignedIn(agent), await isSignedIn(other)]).toEqual([true, false]);
    expect((await call(server, 'GET', '/api/v1/accounts/me', { token })).status).toBe(401);
    expect(said(await refresh(server, client, tokens.refresh_token))[1]).toBe('invalid_grant');
    // A form of the session before is no form of this one.
    expect((await agent.submit(stale, PASSWORD, good())).status).toBe(403);
    expect((await messageTo(server, person.email, 2)).subject).toBe('Your password was changed');
    expect(await auditOf(server, person.email)).toEqual(
      expect.arrayContaining(['password.changed', 'session.created']),
    );
    expect(await isSignedIn(await signedIn(server, { ...person, password: NEW }))).toBe(true);
  });

  it.each<[string, Record<string, string>, string]>([
    ['the current one is wrong', { current_password: 'not the right one' }, 'The password is not right.'],
    ['it is too short', { new_password: 'short' }, 'Password is too short (minimum is 8 characters)'],
    ['it is the same', { new_password: 'a long enough password' }, 'Password must differ from the old one'],
    ['nothing is sent', { current_password: '', new_password: '' }, 'Password can&#39;t be blank'],
  ])('is refused when %s, and what was typed is not shown', async (_, fields, problem) => {
    person = await newPerson(server);
    const agent = await signedIn(server, person);
    const page = await change(agent, { ...good(), ...fields });
    expect([page.status, titleOf(page)]).toEqual([422, 'Change password']);
    expect(noticesOf(page).map((text) => text.replace("'", '&#39;'))).toEqual([problem]);
    expect(page.html).not.toContain(NEW);
    expect(await isSignedIn(agent)).toBe(true);
    expect(await isSignedIn(await signedIn(server, person))).toBe(true);
  });

  it('takes the code, too, when the second factor is on; a weak password does not use it up (C-16)', async () => {
    const owner = await protectedPerson(server);
    person = owner.person;
    const agent = new UserAgent(server.url);
    const step = await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...person });
    await agent.submit(step, '/second-factor', { otp_code: await owner.freshCode() });
    expect((await agent.open(PASSWORD)).html).toContain('name="code"');
    for (const code of ['', wrongCode(owner.secret)]) {
      const page = await change(agent, { ...good(), code });
      expect([page.status, noticesOf(page)]).toEqual([422, ['The code is not right.']]);
    }
    const code = await owner.freshCode();
    expect((await change(agent, { ...good(), new_password: 'short', code })).status).toBe(422);
    expect(pathOf(await change(agent, { ...good(), code }))).toBe(PATH);
    expect(await isSignedIn(agent)).toBe(true);
  });

  it('keeps the session as long as the person wanted it', async () => {
    person = await newPerson(server);
    const lifetimes: (number | undefined)[] = [];
    for (const remember of [{}, { remember: '1' }] as Record<string, string>[]) {
      const agent = new UserAgent(server.url);
      await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...person, ...remember });
      await change(agent, { current_password: person.password, new_password: `${NEW} ${lifetimes.length}` });
      person = { ...person, password: `${NEW} ${lifetimes.length}` };
      const [row] = await server.sql<{ hours: number }>(
        `SELECT round(extract(epoch FROM max(expires_at) - now()) / 3600)::int AS hours FROM oidc_records
         JOIN accounts ON accounts.uid = account_uid
         WHERE model = 'Session' AND email = $1 AND authenticated_at >= tokens_valid_after`,
        [person.email],
      );
      lifetimes.push(row?.hours);
    }
    expect(lifetimes).toEqual([12, 14 * 24]);
  });

  it('needs no fresh sign-in, since the form has the password', async () => {
    person = await newPerson(server);
    const agent = await signedIn(server, person);
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    expect(titleOf(await agent.open(PASSWORD))).toBe('Change password');
    expect(pathOf(await change(agent, good()))).toBe(PATH);
  });
});

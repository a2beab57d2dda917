import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call } from '../support/client.js';
import { noticesOf, post, signedIn, textOf, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { auditOf, type Member, newMember } from './staff.js';

const PATH = '/admin/applications';
const VALID = {
  name: 'Exchange',
  kind: 'confidential',
  redirect_uris: 'https://app.example.com/cb\r\n\r\n  https://app.example.com/other  ',
  'scopes[0]': 'openid',
  'scopes[1]': 'account:read',
  'grant_types[0]': 'authorization_code',
  'grant_types[1]': 'refresh_token',
  require_pkce: '1',
  signing_alg: 'ES256',
  access_token_lifetime: '600',
};

let server: TestApp;
let admin: Member;
let agent: UserAgent;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  agent = await signedIn(server, admin);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => server.close());

const secretOf = ({ html }: Page): string => /<pre id="secret"[^>]*>([^<]+)<\/pre>/.exec(html)?.[1] ?? '';
const uidOf = ({ html }: Page): string => /<code>([0-9a-f]{32})<\/code>/.exec(html)?.[1] ?? '';
const send = async (fields: Record<string, string>) => agent.submit(await agent.open(`${PATH}/new`), '/new', fields);

async function newApplication(more: Record<string, string> = {}): Promise<{ uid: string; secret: string }> {
  const page = await send({ ...VALID, ...more });
  return { uid: uidOf(page), secret: secretOf(page) };
}

/** Lets the sign-in be older than what counts as fresh. */
function waitTooLong(): void {
  const later = Date.now() + 16 * 60_000;
  jest.spyOn(Date, 'now').mockImplementation(() => later);
}

async function isSecret(uid: string, secret: string): Promise<boolean> {
  const body = new URLSearchParams({ token: 'anything' });
  const authorization = `Basic ${Buffer.from(`${uid}:${secret}`).toString('base64')}`;
  return (await call(server, 'POST', '/oauth/introspect', { body, headers: { authorization } })).status === 200;
}

describe('the applications of the console', () => {
  it('creates one and shows its secret in that answer only', async () => {
    const page = await send(VALID);
    expect([page.status, titleOf(page), page.url]).toEqual([200, 'Application created', `${server.url}${PATH}/new`]);
    const [uid, secret] = [uidOf(page), secretOf(page)];
    expect(await isSecret(uid, secret)).toBe(true);
    const [row] = await server.sql('SELECT * FROM applications WHERE uid = $1', [uid]);
    expect(row).toMatchObject({
      ...{ name: 'Exchange', kind: 'confidential', signing_alg: 'ES256', access_token_lifetime: 600 },
      ...{ first_party: false, skip_consent: false, require_pkce: true },
      redirect_uris: ['https://app.example.com/cb', 'https://app.example.com/other'],
      scopes: ['openid', 'account:read'],
      grant_types: ['authorization_code', 'refresh_token'],
    });
    for (const path of ['', `/${uid}`, `/${uid}/edit`, `/${uid}/secret`, `/${uid}/try`]) {
      expect((await agent.open(PATH + path)).html).not.toContain(secret);
    }
    expect(await auditOf(server, uid)).toMatchObject([{ action: 'application.created', actor_uid: admin.uid }]);
  });

  it('lets no copy be kept of the answer with the secret', async () => {
    const page = await agent.open(`${PATH}/new`);
    const fetched = jest.spyOn(globalThis, 'fetch');
    await agent.submit(page, '/new', VALID);
    const answer = await (fetched.mock.results[0]?.value as Promise<Response>);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('shows the form again with what was typed and says which fields are wrong', async () => {
    const typed = { ...VALID, name: 'Mine & <b>', redirect_uris: 'http://a.example/', access_token_lifetime: 'long' };
    const page = await send({ ...typed, first_party: '1' });
    expect([page.status, noticesOf(page)]).toEqual([422, ['Please look again at the marked fields.']]);
    expect(page.html).toContain('value="Mine &amp; &lt;b>"');
    expect(page.html).toMatch(
      /<textarea[^>]*name="redirect_uris"[^>]*aria-invalid[^>]*>http:\/\/a\.example\/<\/textarea>/,
    );
    expect(page.html).toMatch(/<input[^>]*name="access_token_lifetime"[^>]*value="long"[^>]*aria-invalid/);
    expect(page.html).toMatch(/<input[^>]*name="first_party"[^>]*checked/);
    expect(page.html).not.toMatch(/<input[^>]*name="scopes"[^>]*value="email"[^>]*checked/);
    expect(textOf(page)).toContain('Each must be a whole address with https');
  });

  it('refuses client credentials for a public application, which gets no secret', async () => {
    const refused = await send({ ...VALID, kind: 'public', 'grant_types[2]': 'client_credentials' });
    expect([refused.status, textOf(refused)]).toEqual([
      422,
      expect.stringContaining('are for confidential applications'),
    ]);
    const page = await send({ ...VALID, kind: 'public' });
    expect([page.status, secretOf(page)]).toEqual([200, '']);
    const shown = await agent.open(`${PATH}/${uidOf(page)}`);
    expect(textOf(shown)).toContain('A public application has no secret');
    const rotated = await agent.submit(await agent.open(`${PATH}/${uidOf(page)}/secret`), '/secret');
    expect([rotated.status, noticesOf(rotated)]).toEqual([
      422,
      ['A public application has no secret: it could not keep one.'],
    ]);
  });

  it('changes one and takes away what is not ticked any more', async () => {
    const { uid } = await newApplication({ first_party: '1' });
    const form = await agent.open(`${PATH}/${uid}/edit`);
    expect(form.html).toContain('https://app.example.com/cb\nhttps://app.example.com/other</textarea>');
    const { require_pkce: _pkce, 'scopes[1]': _scope, ...less } = VALID;
    const page = await agent.submit(form, '/edit', { ...less, name: 'Renamed', kind: 'public' });
    expect([page.url, noticesOf(page)]).toEqual([
      `${server.url}${PATH}/${uid}?done=changed`,
      ['The application is changed.'],
    ]);
    const [row] = await server.sql('SELECT * FROM applications WHERE uid = $1', [uid]);
    expect(row).toMatchObject({ name: 'Renamed', kind: 'confidential', require_pkce: false, first_party: false });
    expect(row).toMatchObject({ scopes: ['openid'] });
    expect((await auditOf(server, uid))[0]).toMatchObject({ action: 'application.changed', actor_uid: admin.uid });
  });

  it('replaces the secret, and shows the new one once', async () => {
    const { uid, secret } = await newApplication();
    const page = await agent.submit(await agent.open(`${PATH}/${uid}/secret`), '/secret', { overlap: '3600' });
    const second = secretOf(page);
    expect([page.status, titleOf(page), second === secret]).toEqual([200, 'New secret', false]);
    expect([await isSecret(uid, secret), await isSecret(uid, second)]).toEqual([true, true]);
    const leaked = await agent.submit(await agent.open(`${PATH}/${uid}/secret`), '/secret', { overlap: '0' });
    expect(textOf(leaked)).toContain('The secret before is dead.');
    expect([await isSecret(uid, second), await isSecret(uid, secretOf(leaked))]).toEqual([false, true]);
    expect((await agent.open(`${PATH}/${uid}`)).html).not.toContain(secretOf(leaked));
  });

  it('deletes one after saying what that means', async () => {
    const { uid, secret } = await newApplication();
    const form = await agent.open(`${PATH}/${uid}/delete`);
    expect(textOf(form)).toContain('all its tokens are dead at once');
    const page = await agent.submit(form, '/delete');
    expect([page.url, noticesOf(page)]).toEqual([`${server.url}${PATH}?done=deleted`, ['The application is deleted.']]);
    expect(await isSecret(uid, secret)).toBe(false);
    expect((await agent.open(`${PATH}/${uid}`)).status).toBe(404);
  });

  it('asks who it is when the sign-in is a while ago', async () => {
    const { uid } = await newApplication();
    const forms = {
      secret: await agent.open(`${PATH}/${uid}/secret`),
      delete: await agent.open(`${PATH}/${uid}/delete`),
      edit: await agent.open(`${PATH}/${uid}/edit`),
      new: await agent.open(`${PATH}/new`),
    };
    waitTooLong();
    for (const place of [`/${uid}/secret`, `/${uid}/delete`, `/${uid}/edit`, '/new']) {
      const again = `${server.url}/sign-in/again?return_to=${encodeURIComponent(PATH + place)}`;
      expect((await agent.open(PATH + place)).url).toBe(again);
    }
    expect(titleOf(await agent.submit(forms.secret, '/secret'))).toBe('Is it you?');
    expect(titleOf(await agent.submit(forms.delete, '/delete'))).toBe('Is it you?');
    // Nothing that was typed is lost: the password is asked for within the form.
    const refused = await agent.submit(forms.edit, '/edit', { ...VALID, name: 'Typed', skip_consent: '1' });
    expect([refused.status, noticesOf(refused)]).toEqual([403, [expect.stringContaining('enter your password below')]]);
    expect(refused.html).toContain('value="Typed"');
    const wrong = await agent.submit(refused, '/edit', { ...VALID, skip_consent: '1', password: 'not the password' });
    expect([wrong.status, noticesOf(wrong)]).toEqual([422, ['The password is not right.']]);
    expect(wrong.html).not.toContain('not the password');
    const { password } = admin;
    const done = await agent.submit(wrong, '/edit', { ...VALID, name: 'Typed', skip_consent: '1', password });
    expect(noticesOf(done)).toEqual(['The application is changed.']);
    expect((await agent.submit(forms.new, '/new', VALID)).status).toBe(403);
    expect((await agent.submit(forms.edit, '/edit', { ...VALID, skip_consent: '1' })).status).toBe(403);
  });

  it('makes a fresh request to try the sign-in, with the command that exchanges its code', async () => {
    const { uid } = await newApplication();
    const page = await agent.open(
      `${PATH}/${uid}/try?redirect_uri=${encodeURIComponent('https://app.example.com/other')}`,
    );
    const address = (html: string) =>
      new URL(/<pre id="request"[^>]*>([^<]+)</.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '');
    const { searchParams: sent } = address(page.html);
    expect(Object.fromEntries(sent)).toMatchObject({
      ...{ client_id: uid, response_type: 'code', redirect_uri: 'https://app.example.com/other' },
      ...{ scope: 'openid account:read', code_challenge_method: 'S256' },
    });
    expect(page.html).toContain(`-u &#39;${uid}:SECRET&#39;`.replaceAll('&#39;', "'"));
    const again = address((await agent.open(`${PATH}/${uid}/try`)).html).searchParams;
    expect(again.get('state')).not.toBe(sent.get('state'));
    expect(again.get('code_challenge')).not.toBe(sent.get('code_challenge'));
    // It is a request that the provider takes: next comes a step of the sign-in.
    expect((await agent.open(address(page.html).href)).url).toContain('/interaction/');
    const foreign = await agent.open(`${PATH}/${uid}/try?redirect_uri=${encodeURIComponent('https://evil.example/')}`);
    expect(noticesOf(foreign)).toEqual([expect.stringContaining('not one of this application')]);
    expect(address(foreign.html).searchParams.get('redirect_uri')).toBe('https://app.example.com/cb');
  });

  it('is for admins only', async () => {
    const { uid } = await newApplication();
    for (const role of ['compliance', 'member'] as const) {
      const other = await signedIn(server, await newMember(server, role));
      const statuses = await Promise.all(
        ['', '/new', `/${uid}`, `/${uid}/edit`, `/${uid}/secret`, `/${uid}/delete`, `/${uid}/try`].map(
          async (path) => (await other.open(PATH + path)).status,
        ),
      );
      expect(new Set(statuses)).toEqual(new Set([403]));
      const token = await other.open('/account');
      for (const path of ['/new', `/${uid}/edit`, `/${uid}/secret`, `/${uid}/delete`]) {
        expect((await post(server, other, PATH + path, VALID, token)).status).toBe(403);
      }
    }
    expect((await new UserAgent(server.url).open(PATH)).url).toContain('/sign-in?return_to=');
  });

  it('takes no form without the token of this session', async () => {
    const { uid, secret } = await newApplication();
    for (const path of ['/new', `/${uid}/edit`, `/${uid}/secret`, `/${uid}/delete`]) {
      expect((await post(server, agent, PATH + path, VALID)).status).toBe(403);
    }
    expect(await isSecret(uid, secret)).toBe(true);
  });
});

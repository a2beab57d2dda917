import type { TestApp } from '../support/app.js';
import {
  call,
  claimsOf,
  eventually,
  newPerson,
  outbox,
  type Person,
  signIn,
  signInAdmin,
  tokenIn,
} from '../support/client.js';
import { signedIn } from '../support/pages.js';
import type { Page, UserAgent } from '../support/user-agent.js';

/** Somebody with level 1, signed in on our pages and, for what only the API can set up, at the API. */
export interface Owner {
  person: Person;
  uid: string;
  token: string;
  agent: UserAgent;
}

export async function newOwner(server: TestApp): Promise<Owner> {
  const person = await newPerson(server);
  const token = await signIn(server, person);
  return { person, uid: String(claimsOf(token).uid), token, agent: await signedIn(server, person) };
}

/** A decision of staff about the profile of an account, through the admin API. */
export async function review(server: TestApp, { uid }: Owner, state: string, reason?: string): Promise<void> {
  const token = await signInAdmin(server);
  const path = `/api/v1/admin/accounts/${uid}/profile/state`;
  const { status } = await call(server, 'PUT', path, { token, body: { state, reason } });
  if (status >= 300) throw new Error(`review: ${status}`);
}

/** As if the phone had been verified. */
export async function givePhone(server: TestApp, { uid }: Owner): Promise<void> {
  await server.sql('UPDATE accounts SET phone_verified_at = now(), level = greatest(level, 2) WHERE uid = $1', [uid]);
}

/** Some passkey, as far as the database cares. */
export async function givePasskey(server: TestApp, email: string): Promise<void> {
  await server.sql(
    `INSERT INTO passkeys (id, account_id, credential_id, public_key, counter, transports, name, aaguid, is_synced, backed_up)
     SELECT gen_random_uuid(), id, uid::bytea, '', 0, '{}', 'of a device', gen_random_uuid(), false, false
     FROM accounts WHERE email = $1`,
    [email],
  );
}

/** A new password by mail. */
export async function resetPassword(server: TestApp, email: string, password: string): Promise<void> {
  await call(server, 'POST', '/api/v1/security/reset_password', { body: { email } });
  const mail = await eventually(async () =>
    (await outbox(server, email)).find(({ subject }) => subject === 'Reset your password'),
  );
  const body = { reset_password_token: tokenIn(mail, 'reset_password_token'), password };
  const { status } = await call(server, 'PUT', '/api/v1/security/reset_password', { body });
  if (status !== 200) throw new Error(`reset: ${status}`);
}

export const inSpanish = async (agent: UserAgent, page: Page): Promise<Page> =>
  agent.submit(page, '/language', { language: 'es' });

/** The page's own content as a reader gets it, without tags. */
export const textOf = ({ html }: Page): string =>
  (/<main.*<\/main>/s.exec(html)?.[0] ?? '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

/** Where the links that look like buttons lead. */
export const buttonLinksOf = ({ html }: Page): string[] =>
  [...html.matchAll(/<a href="([^"]*)" role="button"/g)].map(([, href = '']) => href);

/** What stands in a field of a form. */
export const valueOf = ({ html }: Page, name: string): string | undefined =>
  /value="([^"]*)"/.exec(new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0] ?? '')?.[1];

/** The option of a list that is chosen. */
export const choiceOf = ({ html }: Page, name: string): string | undefined => {
  const list = new RegExp(`<select[^>]*name="${name}".*?</select>`, 's').exec(html)?.[0] ?? '';
  return /<option(?=[^>]*\sselected)[^>]*value="([^"]*)"/.exec(list)?.[1];
};

/** What stands below a field as its problem. */
export const problemOf = ({ html }: Page, name: string): string | undefined => {
  const field = new RegExp(`<(?:input|select)[^>]*name="${name}"[^>]*aria-invalid[^>]*>`).exec(html);
  return field ? new RegExp(`<small id="${name}-note">(.*?)</small>`).exec(html)?.[1] : undefined;
};

/** Sends a form as another site or a page of another session would: with no token, or this one. */
export function forge(agent: UserAgent, server: TestApp, path: string, body: BodyInit): Promise<Page> {
  return agent.request(new URL(path, server.url), { method: 'POST', body });
}

/** The token in the forms of a page. */
export const formTokenOf = ({ html }: Page): string =>
  /name="form_token" value="([^"]*)"/.exec(html)?.[1] ?? /form_token=([\w-]+)/.exec(html)?.[1] ?? '';

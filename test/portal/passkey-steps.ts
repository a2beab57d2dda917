import type { TestApp } from '../support/app.js';
import { newPerson, type Person } from '../support/client.js';
import { noticesOf, post, signedIn, titleOf } from '../support/pages.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { type Forgery, type Options, SoftwarePasskey } from './software-passkey.js';

export const SECURITY = '/account/security';

/** Asks as the page's script does; `page` is the one it is on, where there is one. */
export async function optionsFrom(server: TestApp, agent: UserAgent, path: string, page?: Page): Promise<Options> {
  const hidden = page && /name="challenge" value="([^"]*)"/.exec(page.html)?.[1];
  const answer = await post(server, agent, path, hidden === undefined ? {} : { challenge: hidden }, page);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.html.slice(0, 500)}`);
  return JSON.parse(answer.html) as Options;
}

/** Adds a passkey on the account's page and returns where that leads. */
export async function addPasskey(
  server: TestApp,
  agent: UserAgent,
  passkey: SoftwarePasskey,
  { name = 'My phone', ...forgery }: Forgery & { name?: string } = {},
): Promise<Page> {
  const page = await agent.open(`${SECURITY}/passkeys/new`);
  const options = await optionsFrom(server, agent, `${SECURITY}/passkeys/options`, page);
  return agent.submit(page, `${SECURITY}/passkeys`, { name, passkey: passkey.create(options, forgery) });
}

export interface Holder {
  person: Person;
  /** Where the passkey was added. */
  agent: UserAgent;
  passkey: SoftwarePasskey;
}

/** Somebody with a passkey. */
export async function passkeyHolder(server: TestApp, extraFlags = 0): Promise<Holder> {
  const person = await newPerson(server);
  const agent = await signedIn(server, person);
  const passkey = new SoftwarePasskey(server.url, extraFlags);
  const page = await addPasskey(server, agent, passkey);
  if (!page.url.endsWith('done=passkey-added')) throw new Error(`not added: ${page.status} ${page.html}`);
  return { person, agent, passkey };
}

/** Signs in with a passkey on our own sign-in page. */
export async function signInWith(
  server: TestApp,
  passkey: SoftwarePasskey,
  forgery: Forgery = {},
  agent = new UserAgent(server.url),
): Promise<Page> {
  const page = await agent.open('/sign-in');
  const options = await optionsFrom(server, agent, '/sign-in/passkey/options', page);
  return agent.submit(page, '/sign-in/passkey', { passkey: passkey.get(options, forgery) });
}

export const pathOf = ({ url }: Page): string => new URL(url).pathname;

/** How a page says no: its status, its headline, and what it says. */
export const refusal = (page: Page): [number, string, string[]] => [page.status, titleOf(page), noticesOf(page)];

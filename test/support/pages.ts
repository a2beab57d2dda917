import type { TestApp } from './app.js';
import { ADMIN } from './app.js';
import type { Person } from './client.js';
import { type Page, UserAgent } from './user-agent.js';

/** A browser in which somebody is signed in on our pages. */
export async function signedIn(
  server: Pick<TestApp, 'url'>,
  person: Person,
  agent = new UserAgent(server.url),
): Promise<UserAgent> {
  const page = await agent.submit(await agent.open('/sign-in'), '/sign-in', { ...person });
  if (!new URL(page.url).pathname.startsWith('/account')) throw new Error(`not signed in: ${page.status} ${page.url}`);
  return agent;
}

export const adminSignedIn = (server: Pick<TestApp, 'url'>): Promise<UserAgent> => signedIn(server, ADMIN);

/** The headline of a page. */
export const titleOf = ({ html }: Page): string => /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? '';

/** What a page says in its notices. */
export const noticesOf = ({ html }: Page): string[] =>
  [...html.matchAll(/<p class="notice[^"]*"[^>]*>(.*?)<\/p>/gs)].map(([, text = '']) => text.replace(/<[^>]+>/g, ''));

/** Posts to a page what no form of it would send; with `page`, the token of its forms goes along. */
export function post(
  server: Pick<TestApp, 'url'>,
  agent: UserAgent,
  path: string,
  fields: Record<string, string>,
  page?: Page,
): Promise<Page> {
  const token = page && /name="form_token" value="([^"]*)"/.exec(page.html)?.[1];
  const body = new URLSearchParams({ ...fields, ...(token !== undefined && { form_token: token }) });
  return agent.request(new URL(path, server.url), { method: 'POST', body });
}

/** What a page says, without its tags. */
export const textOf = ({ html }: Page): string =>
  (/<main.*<\/main>/s.exec(html)?.[0] ?? '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, signIn, signInAdmin } from '../support/client.js';
import { adminSignedIn, noticesOf, signedIn } from '../support/pages.js';
import { type Route, routesOf } from '../support/routes.js';
import type { Page, UserAgent } from '../support/user-agent.js';
import { DOCUMENTATION, PUBLIC_ROUTES, SELF_CHECKED_ROUTES } from './route-lists.js';

let server: TestApp;
let pages: Route[];
beforeAll(async () => {
  server = await startApp();
  const others = [...PUBLIC_ROUTES, ...SELF_CHECKED_ROUTES];
  pages = routesOf(server).filter(
    ({ name, path }) => !path.startsWith('/api/') && !others.includes(name) && !DOCUMENTATION.test(name),
  );
});
afterAll(() => server.close());

const named = (prefix: string, method?: string): Route[] =>
  pages.filter(({ path, method: its }) => path.startsWith(prefix) && (method === undefined || its === method));

/** As a page of ours would send it, without what only the page knows. */
const send = (agent: UserAgent, { method, path }: Route): Promise<Page> =>
  agent.request(new URL(path, server.url), {
    method,
    ...(method === 'POST' && { body: new URLSearchParams({ x: '1' }) }),
  });

describe('pages of a signed-in person', () => {
  it('are those of the account and of the console', () => {
    expect(named('/account').length).toBeGreaterThan(20);
    expect(named('/admin').length).toBeGreaterThan(20);
    const others = pages.filter(({ path }) => !path.startsWith('/account') && !path.startsWith('/admin'));
    expect(others.map(({ name }) => name).sort()).toEqual(['GET /sign-in/again', 'POST /sign-out']);
  });

  it('lead whoever is not signed in to the sign-in page, and no token opens them', async () => {
    const [person, admin] = [await signIn(server, await newPerson(server)), await signInAdmin(server)];
    for (const { method, path, name } of pages) {
      for (const token of [undefined, person, admin]) {
        const headers = { accept: 'text/html', 'sec-fetch-site': 'same-origin' };
        const answer = await call(server, method, path, { headers, ...(token && { token }) });
        const target = (answer.headers.get('location') ?? '').split('?')[0];
        expect([name, answer.status, target]).toEqual([name, 303, '/sign-in']);
      }
    }
  });

  it('take no form without the token of the session (C-48)', async () => {
    const agent = await adminSignedIn(server);
    for (const route of pages.filter(({ method }) => method === 'POST')) {
      const page = await send(agent, route);
      expect([route.name, page.status, ...noticesOf(page)]).toEqual([
        ...[route.name, 403],
        'This form is too old, please open the page again',
      ]);
    }
  });

  it('of the console are for staff (C-72)', async () => {
    const member = await signedIn(server, await newPerson(server));
    const someone = await newPerson(server);
    await server.sql(`UPDATE accounts SET role = 'compliance' WHERE email = $1`, [someone.email]);
    const compliance = await signedIn(server, someone);
    const open = new Set<string>();
    for (const route of named('/admin')) {
      const refused = await send(member, route);
      expect([route.name, refused.status, ...noticesOf(refused)]).toEqual([route.name, 403, 'This page is for staff']);
      if (!noticesOf(await send(compliance, route)).includes('This page is for staff')) open.add(route.path);
    }
    for (const path of open) expect(path).toMatch(/^\/admin(\/(accounts|reviews|documents)(\/.*)?)?$/);
    expect(open.size).toBeGreaterThan(3);
  });
});

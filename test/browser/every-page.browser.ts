import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { call, signInAdmin } from '../support/client.js';
import { routesOf } from '../support/routes.js';
import { newOwner, review } from '../portal/account-owner.js';
import { overflow, violations } from './accessibility.js';
import { launch, openPage } from './chromium.js';
import { arriveAt, signInAs } from './steps.js';

let server: TestApp;
let browser: Browser;
/** Addresses of one page of every kind, with something on it. */
let signedOut: string[];
let account: string[];
let console: string[];
beforeAll(async () => {
  server = await startApp();
  browser = await launch();
  const token = await signInAdmin(server);
  const owner = await newOwner(server);
  await call(server, 'POST', '/api/v1/profiles', {
    token: owner.token,
    body: {
      ...{ first_name: 'Ada', last_name: 'Lovelace', dob: '1990-12-10', city: 'London' },
      ...{ address: 'Square 1', postcode: '1', country: 'GB' },
    },
  });
  await review(server, owner, 'rejected', 'Your document has expired.');
  const made = await call<{ id: string }>(server, 'POST', '/api/v1/admin/websites', {
    token,
    body: { host: 'shop.example', name: 'Shop', primary_color: '#ffe600' },
  });
  const webhook = await call<{ uid: string }>(server, 'POST', '/api/v1/admin/webhooks', {
    token,
    body: { name: 'Shop', url: 'http://127.0.0.1:9/hook', events: ['level.changed'] },
  });
  await call(server, 'POST', `/api/v1/admin/webhooks/${webhook.body.uid}/test`, { token });
  const ids: Record<string, string> = {
    '/admin/accounts': owner.uid,
    '/admin/reviews': owner.uid,
    '/admin/applications': 'local-demo',
    '/admin/websites': made.body.id,
    '/admin/webhooks': webhook.body.uid,
    '/admin/keys': 'RS256',
  };
  const pages = routesOf(server)
    .filter(
      ({ method, name }) =>
        method === 'GET' && !/^GET \/(api|auth|oauth|health|assets|brand|interaction|dev\/outbox\.json)/.test(name),
    )
    .map(({ name }) => name.slice('GET '.length))
    .map((path) => path.replace(/\*/, ids[/^\/admin\/\w+/.exec(path)?.[0] ?? ''] ?? '*'))
    .filter((path) => !path.includes('*') && !path.endsWith('.css'));
  account = pages.filter((path) => path.startsWith('/account'));
  console = pages.filter((path) => path.startsWith('/admin'));
  signedOut = pages.filter((path) => !account.includes(path) && !console.includes(path));
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** What is wrong with the pages, and how many answered as pages. */
async function look(page: Page, paths: string[]): Promise<{ wrong: string[]; seen: number }> {
  const wrong: string[] = [];
  let seen = 0;
  for (const path of paths) {
    const answer = await page.goto(server.url + path);
    if (answer?.status() === 200) seen += 1;
    wrong.push(...(await violations(page)));
    if ((await overflow(page)) > 0) wrong.push(`${path} is wider than the window`);
  }
  return { wrong, seen };
}

const WAYS = [
  { name: 'light', colorScheme: 'light' as const, viewport: { width: 1180, height: 800 } },
  {
    name: 'dark, on a narrow phone, in Spanish',
    colorScheme: 'dark' as const,
    viewport: { width: 360, height: 740 },
    locale: 'es-ES',
  },
];

describe.each(WAYS)('every page, $name', ({ name: _, ...options }) => {
  it('before signing in has nothing that axe-core finds, and fits', async () => {
    const { page, context } = await openPage(browser, options);
    const { wrong, seen } = await look(page, signedOut);
    expect([wrong, seen]).toEqual([[], signedOut.length]);
    expect(seen).toBeGreaterThan(8);
    await context.close();
  });

  it('of the account and of the console has nothing that axe-core finds, and fits', async () => {
    const { page, context } = await openPage(browser, { ...options, locale: 'en-GB' });
    await page.goto(`${server.url}/sign-in`);
    await signInAs(page, ADMIN);
    await arriveAt(page, 'Overview');
    if (options.locale) await page.getByRole('button', { name: 'Español' }).click();
    const { wrong, seen } = await look(page, [...account, ...console]);
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(30);
    await context.close();
  });
});

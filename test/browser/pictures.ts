import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { call, newPerson, type Person, signInAdmin } from '../support/client.js';
import { submit as sendDocument } from '../documents/uploads.js';
import { givePhone, newOwner, type Owner } from '../portal/account-owner.js';
import { launch, openPage } from './chromium.js';
import { type Example, startWebApp } from './examples.js';
import { arriveAt, signInAs } from './steps.js';

/** Draws docs/images: `npm run pictures`. No test: it says nothing about what is right. */
const FOLDER = path.resolve('docs/images');
const SIZE = { width: 1180, height: 780 };

let server: TestApp;
let browser: Browser;
let example: Example;
let owner: Owner;
beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  server = await startApp();
  [browser, example] = await Promise.all([launch(), startWebApp(server, 'Example Exchange')]);
  owner = await newOwner(server);
  await givePhone(server, owner);
  await somebodyWaits();
  await lively();
});
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  await server?.close();
});

async function somebodyWaits(): Promise<void> {
  const { token } = owner;
  const names = { first_name: 'Ada', last_name: 'Lovelace', dob: '1990-12-10' };
  const home = { address: '12 St James Square', postcode: 'SW1Y 4JH', city: 'London', country: 'GB' };
  await call(server, 'POST', '/api/v1/profiles', { token, body: { ...names, ...home } });
  await sendDocument(server, token, { bytes: await drawnPassport(), name: 'passport.png', type: 'image/png' });
}

/** A page of no real document. */
async function drawnPassport(): Promise<Buffer> {
  const text = (x: number, y: number, size: number, words: string) =>
    `<text x="${x}" y="${y}" font-family="DejaVu Sans" font-size="${size}" fill="#243b53">${words}</text>`;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="1100" height="760">
    <rect width="1100" height="760" fill="#e3ecf5"/><rect x="60" y="150" width="280" height="360" rx="12" fill="#bcccdc"/>
    <circle cx="200" cy="280" r="70" fill="#829ab1"/><rect x="100" y="370" width="200" height="140" rx="70" fill="#829ab1"/>
    ${text(60, 90, 44, 'SPECIMEN · PASSPORT')}${text(390, 200, 24, 'Surname')}${text(390, 245, 40, 'LOVELACE')}
    ${text(390, 310, 24, 'Given names')}${text(390, 355, 40, 'ADA')}${text(390, 420, 24, 'Date of birth')}
    ${text(390, 465, 40, '10 DEC 1990')}${text(60, 640, 36, 'P&lt;GBRLOVELACE&lt;&lt;ADA&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;')}
    ${text(60, 700, 36, 'P1234567&lt;4GBR9012104F9901316&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;')}</svg>`;
  // The server has taught sharp to read no drawings.
  const { page, context } = await openPage(browser, { viewport: { width: 1100, height: 760 } });
  await page.setContent(`<body style="margin:0">${drawing}</body>`);
  const bytes = await page.screenshot();
  await context.close();
  return bytes;
}

/** Two weeks of a small service, so that the charts have something to show. */
async function lively(): Promise<void> {
  for (const [action, most] of Object.entries({
    'account.created': 30,
    'session.created': 140,
    'session.failed': 18,
  })) {
    await server.sql(
      `INSERT INTO audit_entries (action, at) SELECT $1, now() - make_interval(days => day)
       FROM generate_series(0, 13) AS day, generate_series(1, ($2 * (0.55 + 0.45 * sin(day * 1.7)))::int)`,
      [action, most],
    );
  }
}

async function signedInPage(person: Person, options: BrowserContextOptions = {}): Promise<Page> {
  const { page } = await openPage(browser, { viewport: SIZE, ...options });
  await page.goto(`${server.url}/sign-in`);
  await signInAs(page, person);
  await arriveAt(page, 'Overview');
  return page;
}

async function draw(page: Page, name: string): Promise<void> {
  const file = path.join(FOLDER, `${name}.png`);
  await sharp(await page.screenshot())
    .png({ palette: true, quality: 90 })
    .toFile(file);
  await page.context().close();
}

it('draws the pages of a person', async () => {
  const { page: consent } = await openPage(browser, { viewport: SIZE });
  await consent.goto(`${example.url}/login`);
  await signInAs(consent, await newPerson(server));
  await arriveAt(consent, 'Do you agree?');
  await draw(consent, 'consent');

  await draw(await signedInPage(owner.person), 'account');
  const dark = await signedInPage(await newPerson(server), {
    colorScheme: 'dark',
    viewport: { width: 390, height: 780 },
  });
  await draw(dark, 'account-phone-dark');
});

it('draws the console', async () => {
  await signInAdmin(server);
  const dashboard = await signedInPage(ADMIN);
  await dashboard.goto(`${server.url}/admin`);
  await draw(dashboard, 'console');
  const review = await signedInPage(ADMIN, { viewport: { width: 1380, height: 880 } });
  await review.goto(`${server.url}/admin/reviews`);
  await review.getByRole('button', { name: 'Take the next one' }).click();
  await review.getByRole('img', { name: /Picture of the/ }).evaluate((image: HTMLImageElement) => image.decode());
  await draw(review, 'review');
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { messageTo, newPerson, type Person, tokenIn } from '../support/client.js';
import { codeOf } from '../two-factor/authenticator.js';
import { launch, openPage, type WatchedPage } from './chromium.js';
import { type Example, startWebApp } from './examples.js';
import { arriveAt, press, signInAs } from './steps.js';

const PHONE = '+4915112345678';

let server: TestApp;
let example: Example;
let browser: Browser;
beforeAll(async () => {
  server = await startApp();
  [example, browser] = await Promise.all([startWebApp(server), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  await server?.close();
});

let watched: WatchedPage;
let page: Page;
beforeEach(async () => {
  watched = await openPage(browser);
  ({ page } = watched);
});
afterEach(async () => {
  await watched.context.close();
  expect(watched.troubles).toEqual([]);
});

async function signIn(on: Page, person: Person): Promise<void> {
  await on.goto(`${server.url}/sign-in`);
  await signInAs(on, person);
  await on.getByRole('heading', { level: 1, name: /Overview|Second step/ }).waitFor();
}

const digitsTo = async (number: string): Promise<string> =>
  /\d{6}/.exec((await messageTo(server, number.replace(/\D/g, ''))).text)?.[0] ?? '';

/** Creates an account from the sign-in page of an application, and confirms its address. */
async function signUp(person: Person): Promise<void> {
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await press(page, 'Create account');
  await page.getByText('We have sent you a mail').waitFor();
  const mail = await messageTo(server, person.email);
  const tab = await watched.context.newPage();
  await tab.goto(`${server.url}/confirm?confirmation_token=${tokenIn(mail, 'confirmation_token')}`);
  await press(tab, 'Confirm e-mail address');
  await tab.getByText('Your address is confirmed').waitFor();
  await tab.close();
}

async function fillInProfile(): Promise<void> {
  const fields = {
    'First name': 'Ada',
    'Last name': 'Lovelace',
    'Date of birth': '1990-12-10',
    Address: '12 St James Square',
    Postcode: 'SW1Y 4JH',
    City: 'London',
  };
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: false }).first().fill(value);
  await page.getByLabel('Country').selectOption('GB');
  await press(page, 'Send my details');
}

async function sendPassport(): Promise<void> {
  const buffer = await sharp({ create: { width: 900, height: 640, channels: 3, background: '#cfd8e3' } })
    .png()
    .toBuffer();
  await page.locator('[name=doc_type]').selectOption('Passport');
  await page.getByLabel('Number of the document').fill('P1234567');
  await page.getByLabel('Valid until').fill('2099-01-31');
  await page.locator('[name=upload]').setInputFiles({ name: 'passport.png', mimeType: 'image/png', buffer });
  await page.getByRole('img', { name: 'The picture that you chose' }).waitFor();
  await press(page, 'Send the document');
}

/** What a compliance officer does with the one who waits. */
async function approve(): Promise<void> {
  const staff = await openPage(browser);
  await signIn(staff.page, ADMIN);
  await staff.page.goto(`${server.url}/admin/reviews`);
  await staff.page.getByRole('button', { name: 'Take the next one' }).click();
  const picture = staff.page.getByRole('img', { name: /Picture of the passport/ });
  await picture.waitFor();
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(900);
  await press(staff.page, 'Approve');
  await staff.page.getByText('Approved. Nobody else waits.').waitFor();
  await staff.context.close();
  expect(staff.troubles).toEqual([]);
}

describe('from sign-up to level 3', () => {
  it('an application asks for it, a reviewer approves, and the application gets its proof', async () => {
    const person = { email: 'ada@example.com', password: 'a long enough password' };
    await page.goto(`${example.url}/login?level=3`);
    await signUp(person);
    await page.getByRole('button', { name: 'I have confirmed, sign in' }).click();
    await signInAs(page, person);

    await arriveAt(page, 'One more step');
    await page.getByLabel('Phone number').fill(PHONE);
    await press(page, 'Send me a code');
    await page.getByLabel('Code', { exact: true }).fill(await digitsTo(PHONE));
    await press(page, 'Verify');
    await page.getByRole('button', { name: 'Go to my identity' }).click();

    await arriveAt(page, 'Identity');
    await fillInProfile();
    await page.getByText('We have your details').waitFor();
    await sendPassport();
    await page.getByText('Everything is here').waitFor();
    await page.getByRole('button', { name: 'Back to the application' }).click();
    await page.getByText('What you sent is being checked').waitFor();

    await approve();
    await page.reload();
    await press(page, 'Continue');
    await arriveAt(page, 'Do you agree?');
    await press(page, 'Agree');
    await page.getByRole('link', { name: 'My account' }).click();
    expect(JSON.parse(await page.locator('#me').innerText())).toMatchObject({ email: person.email, level: 3 });
  });
});

describe('the second factor', () => {
  it('is turned on with an app, asked for, and a recovery code takes its place', async () => {
    const person = await newPerson(server);
    await signIn(page, person);
    await page.goto(`${server.url}/account/security`);
    await page.getByRole('button', { name: 'Turn on' }).first().click();
    await press(page, 'Show the picture');
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    const secret = (await page.locator('p.code').innerText()).replaceAll(/\s/g, '');
    await page.getByLabel('Code that the app shows').fill(codeOf(secret));
    await press(page, 'Turn on');
    await arriveAt(page, 'Your recovery codes');
    const codes = await page.locator('#codes code').allInnerTexts();
    expect(codes).toHaveLength(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await arriveAt(page, 'Security');

    await press(page, 'Sign out');
    await arriveAt(page, 'Barong');
    await signIn(page, person);
    await arriveAt(page, 'Second step');
    await page.getByText('Use a recovery code instead').click();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await press(page, 'Continue with a recovery code');
    await arriveAt(page, 'Overview');
  });
});

describe('a forgotten password', () => {
  it('is replaced through a mail, and ends the session elsewhere', async () => {
    const person = await newPerson(server);
    const elsewhere = await openPage(browser);
    await signIn(elsewhere.page, person);
    await arriveAt(elsewhere.page, 'Overview');

    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail address').fill(person.email);
    await press(page, 'Send me a link');
    await page.getByText('a link to choose a new password is on its way').waitFor();
    const mail = await messageTo(server, person.email, 2);
    await page.goto(`${server.url}/reset-password?reset_password_token=${tokenIn(mail, 'reset_password_token')}`);
    await page.getByLabel('New password').fill('quite another password');
    await press(page, 'Set new password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await signInAs(page, { ...person, password: 'quite another password' });
    await arriveAt(page, 'Overview');

    await elsewhere.page.reload();
    await arriveAt(elsewhere.page, 'Sign in');
    await elsewhere.context.close();
  });
});

describe('what is signed in', () => {
  it('is seen and ended: another browser, and an application with its token', async () => {
    const person = await newPerson(server);
    const other = await openPage(browser, {
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    });
    await other.page.goto(`${example.url}/login`);
    await signInAs(other.page, person);
    await press(other.page, 'Agree');
    await other.page.getByRole('link', { name: 'My account' }).click();
    await other.page.locator('#me').waitFor();

    await signIn(page, person);
    await page.goto(`${server.url}/account/applications`);
    await page.getByText('Take the access back').click();
    await press(page, 'Take it back now');
    await page.getByText('The application has no access any more').waitFor();
    await other.page.reload();
    await other.page.getByText('Sign-in failed: invalid_grant').waitFor();

    await page.goto(`${server.url}/account/sessions`);
    await page.getByText('Firefox on Linux', { exact: true }).waitFor();
    await press(page, 'End all other sessions');
    await page.getByText('All other sessions are over').waitFor();
    await other.page.goto(`${server.url}/account`);
    await arriveAt(other.page, 'Sign in');
    await other.context.close();
  });
});

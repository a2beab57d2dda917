import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { codeIn, newNumber } from '../phones/phones.js';
import { startApp, type TestApp } from '../support/app.js';
import { messageTo, newPerson, type Person } from '../support/client.js';
import { protectedPerson } from '../two-factor/authenticator.js';
import { launch, openPage, type WatchedPage } from './chromium.js';
import { type Example, startWebApp } from './examples.js';
import { arriveAt, press, signInAs } from './steps.js';

describe('a person in a browser, through the example web application', () => {
  let server: TestApp;
  let example: Example;
  let browser: Browser;
  let person: Person;
  beforeAll(async () => {
    server = await startApp();
    [example, browser, person] = await Promise.all([startWebApp(server), launch(), newPerson(server)]);
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

  const signedIn = () => page.locator('#who').waitFor();

  it('signs in, agrees, comes back, and signs out', async () => {
    await page.goto(example.url);
    await page.click('#login');
    await arriveAt(page, 'Sign in');
    await signInAs(page, person);
    await arriveAt(page, 'Do you agree?');
    expect(await page.getByRole('listitem').allTextContents()).toContain('See your e-mail address');
    await press(page, 'Agree');
    await signedIn();
    expect(new URL(page.url()).origin).toBe(example.url);
    await page.getByRole('link', { name: 'My account' }).click();
    expect(JSON.parse(await page.locator('#me').innerText())).toMatchObject({ email: person.email, level: 1 });

    await page.goto(example.url);
    await page.getByRole('link', { name: 'Sign out' }).click();
    await arriveAt(page, 'Sign out?');
    await press(page, 'Yes, sign me out');
    await page.locator('#login').waitFor();
    expect(page.url()).toBe(`${example.url}/`);
    // The session at Barong is over, too.
    await page.click('#login');
    await arriveAt(page, 'Sign in');
  });

  it('keeps the person signed in when they say no to signing out', async () => {
    await page.goto(`${example.url}/login`);
    await signInAs(page, person);
    await press(page, 'Agree');
    await signedIn();
    await page.getByRole('link', { name: 'Sign out' }).click();
    await press(page, 'No, stay signed in');
    await page.locator('#login').waitFor();
    await page.click('#login');
    await arriveAt(page, 'Do you agree?');
  });

  it('signs out where nobody is signed in', async () => {
    await page.goto(`${example.url}/logout`);
    await page.locator('#login').waitFor();
    expect(page.url()).toBe(`${example.url}/`);
  });

  it('asks for the second factor', async () => {
    const { person: careful, freshCode } = await protectedPerson(server);
    await page.goto(`${example.url}/login`);
    await signInAs(page, careful);
    await arriveAt(page, 'Second step');
    await page.getByLabel('Code of your authenticator app').fill(await freshCode());
    await press(page, 'Continue');
    await press(page, 'Agree');
    await signedIn();
  });

  it('takes a recovery code instead', async () => {
    const { person: careful, recoveryCodes } = await protectedPerson(server);
    await page.goto(`${example.url}/login`);
    await signInAs(page, careful);
    await page.getByText('Use a recovery code instead').click();
    await page.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '');
    await press(page, 'Continue with a recovery code');
    await press(page, 'Agree');
    await signedIn();
  });

  it('leads to a verified phone when the application asks for level 2', async () => {
    const number = newNumber();
    await page.goto(`${example.url}/login?level=2`);
    await signInAs(page, await newPerson(server));
    await arriveAt(page, 'One more step');
    await page.getByLabel('Phone number').fill(number);
    await press(page, 'Send me a code');
    const code = page.getByLabel('Code', { exact: true });
    await code.waitFor();
    await code.fill(codeIn((await messageTo(server, number.replace('+', ''))).text));
    await press(page, 'Verify');
    await press(page, 'Agree');
    await signedIn();
    await page.goto(`${example.url}/me`);
    expect(JSON.parse(await page.locator('#me').innerText())).toMatchObject({ level: 2 });
  });

  it.each([
    ['signing in', false],
    ['agreeing', true],
  ])('tells the application of a person who declines instead of %s', async (_when, afterSignIn) => {
    await page.goto(`${example.url}/login`);
    if (afterSignIn) await signInAs(page, person);
    await arriveAt(page, afterSignIn ? 'Do you agree?' : 'Sign in');
    await press(page, 'Cancel and go back');
    await page.waitForURL(`${example.url}/**`);
    expect(await page.innerText('body')).toContain('access_denied');
    // The example answers 400, which Chromium's console reports.
    expect(watched.troubles.splice(0)).toEqual([expect.stringMatching(/^console: Failed to load resource.* 400 /)]);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { newPerson, type Person } from '../support/client.js';
import { protectedPerson } from '../two-factor/authenticator.js';
import { launch, openPage, type WatchedPage } from './chromium.js';
import { type Example, startWebApp } from './examples.js';
import { arriveAt, press, signInAs } from './steps.js';

const SIGN_IN = 'Sign in with a passkey';

/** A phone or computer that knows its owner's finger. */
const DEVICE = {
  protocol: 'ctap2' as const,
  transport: 'internal' as const,
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

describe('passkeys in a browser', () => {
  let server: TestApp;
  let example: Example;
  let browser: Browser;
  beforeAll(async () => {
    // Browsers make no passkeys for bare addresses.
    const PORT = String(await freePort());
    server = await startApp({ PORT, PUBLIC_URL: `http://localhost:${PORT}` });
    [example, browser] = await Promise.all([startWebApp(server), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await example?.stop();
    await server?.close();
  });

  let watched: WatchedPage;
  let page: Page;
  let devices: CDPSession;
  let device: string;
  beforeEach(async () => {
    watched = await openPage(browser);
    ({ page } = watched);
    devices = await watched.context.newCDPSession(page);
    await devices.send('WebAuthn.enable');
    ({ authenticatorId: device } = await devices.send('WebAuthn.addVirtualAuthenticator', { options: DEVICE }));
  });
  afterEach(async () => {
    await watched.context.close();
    expect(watched.troubles).toEqual([]);
  });

  async function signIn(person: Person): Promise<void> {
    await page.goto(`${server.url}/sign-in`);
    await signInAs(page, person);
  }

  async function add(name: string): Promise<void> {
    await page.goto(`${server.url}/account/security`);
    await press(page, 'Add a passkey');
    await arriveAt(page, 'Add a passkey');
    await page.getByLabel('Name').fill(name);
    await press(page, 'Add passkey');
  }

  const said = (text: string) => page.getByRole('status').getByText(text).waitFor();
  async function signOut(): Promise<void> {
    await press(page, 'Sign out');
    await arriveAt(page, 'Barong');
  }

  it('are added, sign in, and are removed', async () => {
    const person = await newPerson(server);
    await signIn(person);
    await arriveAt(page, 'Overview');
    await add('My phone');
    await said('Your passkey was added');
    await signOut();

    await page.goto(`${server.url}/sign-in?return_to=/account/security`);
    await page.getByLabel('Keep me signed in').check();
    await press(page, SIGN_IN);
    await arriveAt(page, 'Security');
    const cookies = await watched.context.cookies();
    expect(cookies.find(({ name }) => name === 'barong_session')?.expires).toBeGreaterThan(0);

    await page.getByRole('link', { name: 'Edit My phone' }).click();
    await press(page, 'Remove passkey');
    await said('The passkey was removed');
    await signOut();
    // The device still offers it; we don't know it any more, which Chromium's console calls an error.
    await page.goto(`${server.url}/sign-in`);
    await press(page, SIGN_IN);
    await page.getByText('The passkey was not accepted').waitFor();
    expect(watched.troubles.splice(0)).toEqual([expect.stringContaining('403')]);
  });

  it('are added once on each device', async () => {
    await signIn(await newPerson(server));
    await arriveAt(page, 'Overview');
    await add('My phone');
    await said('Your passkey was added');
    await add('My phone again');
    await page.getByText('This device has a passkey of your account already.').waitFor();
    await arriveAt(page, 'Add a passkey');
  });

  it('are the second factor after a password', async () => {
    const { person, freshCode } = await protectedPerson(server);
    await signIn(person);
    await arriveAt(page, 'Second step');
    expect(await page.getByRole('button', { name: 'Use a passkey' }).count()).toBe(0);
    await page.getByLabel('Code of your authenticator app').fill(await freshCode());
    await press(page, 'Continue');
    await arriveAt(page, 'Overview');
    await add('My phone');
    await said('Your passkey was added');
    await signOut();

    await signIn(person);
    await arriveAt(page, 'Second step');
    await press(page, 'Use a passkey');
    await arriveAt(page, 'Overview');
  });

  it('sign in at an application, alone and as second factor', async () => {
    const { person, freshCode } = await protectedPerson(server);
    await signIn(person);
    await page.getByLabel('Code of your authenticator app').fill(await freshCode());
    await press(page, 'Continue');
    await arriveAt(page, 'Overview');
    await add('My phone');
    await said('Your passkey was added');
    for (const withPassword of [false, true]) {
      await watched.context.clearCookies();
      await page.goto(`${example.url}/login`);
      await arriveAt(page, 'Sign in');
      if (withPassword) await signInAs(page, person);
      await press(page, withPassword ? 'Use a passkey' : SIGN_IN);
      await arriveAt(page, 'Do you agree?');
      await press(page, 'Agree');
      await page.locator('#who').waitFor();
      expect(new URL(page.url()).origin).toBe(example.url);
    }
  });

  it('tell in words when the device has none, or its owner is not recognised', async () => {
    const person = await newPerson(server);
    await signIn(person);
    await arriveAt(page, 'Overview');
    await add('My phone');
    await said('Your passkey was added');
    await signOut();
    await devices.send('WebAuthn.setUserVerified', { authenticatorId: device, isUserVerified: false });
    await page.goto(`${server.url}/sign-in`);
    await press(page, SIGN_IN);
    await page.getByRole('alert').getByText('That did not work.').waitFor();
    await devices.send('WebAuthn.setUserVerified', { authenticatorId: device, isUserVerified: true });
    await press(page, SIGN_IN);
    await arriveAt(page, 'Overview');
  });

  it('are not offered without JavaScript, nor at a bare address', async () => {
    const plain = await openPage(browser, { javaScriptEnabled: false });
    await plain.page.goto(`${server.url}/sign-in`);
    expect(await plain.page.getByRole('button', { name: SIGN_IN }).count()).toBe(0);
    expect(await plain.page.getByRole('button', { name: 'Sign in', exact: true }).isVisible()).toBe(true);
    await plain.context.close();
    await page.goto(`http://127.0.0.1:${server.config.port}/sign-in`);
    await arriveAt(page, 'Sign in');
    expect(await page.getByRole('button', { name: SIGN_IN }).count()).toBe(0);
  });
});

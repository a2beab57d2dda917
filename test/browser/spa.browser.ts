import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { newPerson } from '../support/client.js';
import { launch, openPage } from './chromium.js';
import { type Example, startSpa } from './examples.js';
import { arriveAt, press, signInAs } from './steps.js';

describe('a person in a browser, through the single-page example', () => {
  let server: TestApp;
  let example: Example;
  let browser: Browser;
  beforeAll(async () => {
    server = await startApp();
    [example, browser] = await Promise.all([startSpa(server), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await example?.stop();
    await server?.close();
  });

  it('signs in, calls the API across origins, and signs out (C-50)', async () => {
    const person = await newPerson(server);
    const { page, troubles } = await openPage(browser);
    await page.goto(example.url);
    await press(page, 'Sign in with Barong');
    await signInAs(page, person);
    await arriveAt(page, 'Do you agree?');
    await press(page, 'Agree');
    await page.getByText('Signed in as').waitFor();
    await page.locator('#me', { hasText: person.email }).waitFor();
    expect(JSON.parse(await page.locator('#me').innerText())).toMatchObject({ email: person.email, level: 1 });
    expect(page.url()).toBe(`${example.url}/`);

    await press(page, 'Sign out');
    await arriveAt(page, 'Sign out?');
    await press(page, 'Yes, sign me out');
    await page.getByText('Not signed in').waitFor();
    expect(page.url()).toBe(`${example.url}/`);
    expect(troubles).toEqual([]);
  });

  it('gets nothing from the API at an origin that is not registered', async () => {
    const { page, context } = await openPage(browser);
    const ask = () => page.evaluate((url) => fetch(url).then(String, String), `${server.url}/api/v1/accounts/me`);
    await page.goto(example.url);
    expect(await ask()).toBe('[object Response]');
    // The same server under another name is another origin.
    await page.goto(example.url.replace('localhost', '127.0.0.1'));
    expect(await ask()).toBe('TypeError: Failed to fetch');
    await context.close();
  });
});

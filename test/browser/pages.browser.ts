import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { eventually, messageTo, newPerson, tokenIn } from '../support/client.js';
import { launch, openPage, type WatchedPage } from './chromium.js';
import { type Example, startWebApp } from './examples.js';
import { overflow } from './accessibility.js';
import { poorContrasts } from './contrast.js';
import { arriveAt, press, signInAs } from './steps.js';

const LONG_NAME = `The ${'Extraordinarily'.repeat(4)} Long Name of an Application`;

describe('our pages in a browser', () => {
  let server: TestApp;
  let example: Example;
  let browser: Browser;
  beforeAll(async () => {
    server = await startApp();
    [example, browser] = await Promise.all([startWebApp(server, LONG_NAME), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await example?.stop();
    await server?.close();
  });

  async function withPage(work: (watched: WatchedPage) => Promise<void>, options = {}): Promise<void> {
    const watched = await openPage(browser, options);
    await work(watched);
    await watched.context.close();
    expect(watched.troubles).toEqual([]);
  }

  it('work without JavaScript, from sign-up to sign-out', async () => {
    const person = { email: 'noscript@example.com', password: 'a long enough password' };
    await withPage(
      async ({ page }) => {
        await page.goto(`${example.url}/login`);
        const signInPage = page.url();
        await page.getByRole('link', { name: 'Create an account' }).click();
        await page.getByLabel('E-mail address').fill(person.email);
        await page.getByLabel('Password').fill(person.password);
        await press(page, 'Create account');
        await page.getByText('We have sent you a mail').waitFor();
        const token = tokenIn(await messageTo(server, person.email), 'confirmation_token');
        await page.goto(`${server.url}/confirm?confirmation_token=${token}`);
        await press(page, 'Confirm e-mail address');
        await page.getByText('Your address is confirmed').waitFor();

        await page.goto(signInPage);
        await signInAs(page, person);
        await arriveAt(page, 'Do you agree?');
        await press(page, 'Agree');
        await page.locator('#who').waitFor();
        await page.getByRole('link', { name: 'Sign out' }).click();
        await press(page, 'Yes, sign me out');
        await page.locator('#login').waitFor();
      },
      { javaScriptEnabled: false },
    );
  });

  it('cannot be shown in a frame of another site (C-49)', async () => {
    const { page, troubles, context } = await openPage(browser);
    await page.goto(example.url);
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, `${server.url}/forgot-password`);
    await eventually(async () => troubles.length > 0);
    const [frame] = page.frames().slice(1);
    expect(await frame?.locator('form').count()).toBe(0);
    expect(troubles.join()).toMatch(/frame-ancestors|X-Frame-Options/i);
    await context.close();
  });

  it('take no form from another site (C-48)', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${server.url}/sign-in`);
    await signInAs(page, await newPerson(server));
    await arriveAt(page, 'Overview');
    for (const path of ['/sign-out', '/account/sessions/end-others', '/language']) {
      await page.goto(example.url);
      const answer = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.evaluate((action) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', action });
        document.body.append(form);
        form.submit();
      }, server.url + path);
      // Without the cookie, which no other site makes the browser send, nobody is signed in.
      expect([path, [303, 403].includes((await answer).status())]).toEqual([path, true]);
      await page.waitForURL((url) => url.origin === server.url);
    }
    await page.goto(`${server.url}/account`);
    await arriveAt(page, 'Overview');
    await context.close();
  });

  it('name every field, and show where the keyboard is, in the order of reading', async () => {
    await withPage(async ({ page }) => {
      await page.goto(`${example.url}/login`);
      await arriveAt(page, 'Sign in');
      expect(await nameless(page)).toEqual([]);
      const expected = ['Skip to content', 'Barong', 'E-mail address', 'Password', 'Keep me signed in on this device'];
      const visited = await tabThrough(page, 9);
      expect(visited.map(({ name }) => name)).toEqual([
        ...[...expected, 'Sign in', 'Create an account'],
        ...['Forgot your password?', 'Cancel and go back'],
      ]);
      expect(visited.filter(({ outlined }) => !outlined)).toEqual([]);
    });
  });

  it('tell what is wrong with a field in words that belong to it', async () => {
    await withPage(async ({ page, troubles }) => {
      const person = await newPerson(server);
      await page.goto(`${example.url}/login`);
      await signInAs(page, { ...person, password: 'not the right one' });
      expect(await page.getByRole('alert').innerText()).toBe('The e-mail address or the password is not right.');
      expect(await page.getByLabel('E-mail address').inputValue()).toBe(person.email);
      expect(troubles.splice(0)).toEqual([expect.stringContaining('401')]);
    });
  });

  it.each(['light', 'dark'] as const)('can be read in the %s scheme (WCAG 2.2, 1.4.3)', async (colorScheme) => {
    const person = await newPerson(server);
    await withPage(
      async ({ page }) => {
        await page.goto(`${example.url}/login?level=2`);
        expect(await poorContrasts(page)).toEqual([]);
        await signInAs(page, person);
        await arriveAt(page, 'One more step');
        expect(await poorContrasts(page)).toEqual([]);
        await page.goto(`${example.url}/login`);
        await arriveAt(page, 'Do you agree?');
        expect(await poorContrasts(page)).toEqual([]);
        await page.goto(`${example.url}/logout`);
        expect(await poorContrasts(page)).toEqual([]);
        for (const path of ['/', '/dev/outbox', '/forgot-password', '/confirm', '/oauth/device']) {
          await page.goto(server.url + path);
          expect(await poorContrasts(page)).toEqual([]);
        }
      },
      { colorScheme },
    );
  });

  it('fit a narrow phone, whatever the application is called', async () => {
    const person = await newPerson(server);
    await withPage(
      async ({ page }) => {
        await page.goto(`${example.url}/login`);
        await arriveAt(page, 'Sign in');
        expect(await overflow(page)).toBe(0);
        await signInAs(page, person);
        await arriveAt(page, 'Do you agree?');
        expect(await overflow(page)).toBe(0);
        await page.goto(`${server.url}/oauth/device`);
        expect([await overflow(page), await nameless(page)]).toEqual([0, []]);
        await page.goto(`${server.url}/dev/outbox`);
        expect(await overflow(page)).toBe(0);
      },
      { viewport: { width: 320, height: 640 } },
    );
  });
});

/** The names of fields that have no label. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement>('input:not([type=hidden])')]
      .filter((input) => !input.labels?.length)
      .map((input) => input.name),
  );
}

/** Where the tab key leads, and whether an outline shows it. */
async function tabThrough(page: Page, times: number): Promise<{ name: string; outlined: boolean }[]> {
  const visited = [];
  for (let pressed = 0; pressed < times; pressed += 1) {
    await page.keyboard.press('Tab');
    visited.push(
      await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement;
        const name = (element.labels?.[0] ?? element).innerText.trim();
        return { name, outlined: parseFloat(getComputedStyle(element).outlineWidth) >= 2 };
      }),
    );
  }
  return visited;
}

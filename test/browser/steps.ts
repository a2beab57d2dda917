import type { Page } from 'playwright-core';
import type { Person } from '../support/client.js';

/** Fills in the sign-in page as a person finds it: by its labels. */
export async function signInAs(page: Page, person: Person): Promise<void> {
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await press(page, 'Sign in');
}

export async function press(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}

/** The heading of the page; waits for it to be this one. */
export async function arriveAt(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson } from '../support/client.js';
import { launch, openPage } from './chromium.js';
import { arriveAt, press, signInAs } from './steps.js';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

describe('connecting a device in a browser (RFC 8628)', () => {
  let server: TestApp;
  let browser: Browser;
  let client: { client_id: string; client_secret: string };
  beforeAll(async () => {
    server = await startApp();
    browser = await launch();
    const created = await server.app.get(ApplicationsService).create({ name: 'A TV', grantTypes: [DEVICE_CODE] }, null);
    client = { client_id: created.application.uid, client_secret: created.secret ?? '' };
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function post<Body>(path: string, fields: Record<string, string>): Promise<Body> {
    const answer = await call<Body>(server, 'POST', path, { body: new URLSearchParams({ ...client, ...fields }) });
    return answer.body;
  }

  it('asks for the code, compares it, and lets the device in', async () => {
    const person = await newPerson(server);
    const device = await post<Record<string, string>>('/oauth/device/authorization', { scope: 'openid' });
    const { page, troubles, context } = await openPage(browser);
    await page.goto(`${server.url}/oauth/device`);
    await page.getByLabel('Code').fill('BBBB-BBBB');
    await press(page, 'Continue');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Code').fill(device.user_code ?? '');
    await press(page, 'Continue');
    await arriveAt(page, 'Is this your device?');
    await page.getByText(device.user_code ?? '', { exact: true }).waitFor();
    await press(page, 'Yes, continue');
    await signInAs(page, person);
    await arriveAt(page, 'Do you agree?');
    await press(page, 'Agree');
    await arriveAt(page, 'Device connected');
    const grant = { grant_type: DEVICE_CODE, device_code: device.device_code ?? '' };
    expect(await post('/oauth/token', grant)).toMatchObject({ id_token: expect.any(String) });
    expect(troubles).toEqual([]);
    await context.close();
  });
});

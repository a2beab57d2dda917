import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { startApp, type TestApp } from '../support/app.js';
import { claimsOf } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { type Protected, protectedPerson, wrongCode } from '../two-factor/authenticator.js';
import { newClient, requestOf, type Request, type TestClient, titleOf } from './flow.js';

const STEP = 'Second step';

let server: TestApp;
let client: TestClient;
let owner: Protected;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  client = await newClient(server, { skipConsent: true });
  owner = await protectedPerson(server);
});
afterAll(() => server.close());

interface AtStep {
  agent: UserAgent;
  page: Page;
  request: Request;
}

async function enterPassword(): Promise<AtStep> {
  const agent = new UserAgent(server.url);
  const request = await requestOf(client);
  const page = await agent.submit(await agent.open(request.url), '/sign-in', { ...owner.person });
  expect(titleOf(page)).toBe(STEP);
  return { agent, page, request };
}

/** The page's first form asks for a code, its second one for a recovery code; both go to the same place. */
const send = ({ agent, page }: AtStep, fields: Record<string, string>): Promise<Page> =>
  agent.submit(page, '/second-factor', fields);

describe('the second factor on the pages (C-20)', () => {
  let step: AtStep;
  beforeEach(async () => {
    step = await enterPassword();
  });

  it('is asked for after the password, and nothing comes before it', async () => {
    const page = await step.agent.open((await requestOf(client)).url);
    expect(titleOf(page)).toBe('Sign in');
    const none = await step.agent.open((await requestOf(client, { prompt: 'none' })).url);
    expect(none.url).toContain('error=login_required');
  });

  it('stands in amr when it was given', async () => {
    const back = await send(step, { otp_code: await owner.freshCode() });
    const tokens = await oidc.authorizationCodeGrant(client.oidc, new URL(back.url), step.request.checks);
    expect(claimsOf(tokens.access_token).amr).toEqual(['pwd', 'otp']);
    expect(tokens.claims()?.amr).toEqual(['pwd', 'otp']);
  });

  it('stays on its page after a wrong code, and takes the right one then', async () => {
    for (const otp_code of [wrongCode(owner.secret), 'abc', '']) {
      const page = await send(step, { otp_code });
      expect([titleOf(page), page.status >= 400, page.status < 500]).toEqual([STEP, true, true]);
      expect(page.html).toContain('role="alert"');
      step = { ...step, page };
    }
    expect((await send(step, { otp_code: await owner.freshCode() })).url).toContain('code=');
  });

  it('may be a recovery code, once', async () => {
    const [recovery_code = ''] = owner.recoveryCodes;
    expect((await send(step, { recovery_code })).url).toContain('code=');
    expect(titleOf(await send(await enterPassword(), { recovery_code }))).toBe(STEP);
  });

  it('is good within its own sign-in only, and once', async () => {
    const other = await enterPassword();
    const challenge = /name="challenge" value="([^"]+)"/.exec(step.page.html)?.[1] ?? '';
    const elsewhere = await send(other, { challenge, otp_code: await owner.freshCode() });
    expect([titleOf(elsewhere), elsewhere.status]).toEqual(['Sign in', 422]);
    expect((await send(step, { otp_code: await owner.freshCode() })).url).toContain('code=');
    expect((await send(step, { otp_code: await owner.freshCode() })).status).toBe(400);
    const [row] = await server.sql('SELECT count(*)::int FROM sign_in_challenges WHERE place = $1', [
      /interaction\/([^/]+)/.exec(step.page.url)?.[1],
    ]);
    expect(row).toEqual({ count: 0 });
  });

  it('has to be given within five minutes', async () => {
    const [row] = await server.sql(
      `SELECT max(expires_at) BETWEEN now() + interval '4 minutes' AND now() + interval '5 minutes' AS short
       FROM sign_in_challenges`,
    );
    expect(row).toEqual({ short: true });
    await server.sql('UPDATE sign_in_challenges SET expires_at = now()');
    const late = await send(step, { otp_code: await owner.freshCode() });
    expect([titleOf(late), late.html]).toEqual(['Sign in', expect.stringContaining('That took too long')]);
  });

  it('does not let a password through that was changed meanwhile', async () => {
    await server.sql(`UPDATE sign_in_challenges SET password_hash = 'another'`);
    const page = await send(step, { otp_code: await owner.freshCode() });
    expect(page.status).toBe(401);
    expect(page.url).not.toContain('code=');
  });
});

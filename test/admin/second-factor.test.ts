import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountSetupService } from '../../src/accounts/account-setup.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { PRODUCTION, startApp, type TestApp } from '../support/app.js';
import { type Answer, call, signIn } from '../support/client.js';
import { UserAgent } from '../support/user-agent.js';
import { resigned } from '../support/tokens.js';

const PERSON = { email: 'admin@second.example.com', password: 'a long enough password' };

let server: TestApp;
/** Behind the proxy that ends TLS in production. */
let inside: { url: string };
let token: string;
beforeAll(async () => {
  server = await startApp(PRODUCTION);
  inside = { url: `http://127.0.0.1:${server.config.port}` };
  const get = <T>(type: new (...args: any[]) => T): T => server.app.get(type, { strict: false });
  await get(ApplicationsService).create({ uid: 'console', name: 'Console', firstParty: true }, null);
  await get(AccountSetupService).create({ ...PERSON, role: 'admin' });
  token = await signIn(inside, PERSON, { application_id: 'console' });
});
afterAll(() => server.close());

const list = (with_: string) => call(inside, 'GET', '/api/v1/admin/accounts', { token: with_ });
const codeOf = ({ body }: Answer) => (body as { code?: string }).code;
const signedIn = (amr: string[], hoursAgo: number) =>
  resigned(server, token, { amr, auth_time: Math.floor(Date.now() / 1000 - hoursAgo * 3600) });

describe('staff of a production server (C-75)', () => {
  it('act with a second factor of the last 12 hours', async () => {
    expect((await list(signedIn(['pwd', 'otp'], 0))).status).toBe(200);
    expect((await list(signedIn(['pwd', 'otp'], 11.9))).status).toBe(200);
    expect((await list(signedIn(['hwk', 'mfa'], 0))).status).toBe(200);
    expect((await list(signedIn(['pwd', 'hwk'], 0))).status).toBe(403);
  });

  it.each<[string, string[], number]>([
    ['a password alone', ['pwd'], 0],
    ['a second factor of yesterday', ['pwd', 'otp'], 12.1],
  ])('do nothing with %s', async (_, amr, hoursAgo) => {
    const answer = await list(signedIn(amr, hoursAgo));
    expect([answer.status, codeOf(answer)]).toEqual([403, 'session.second_factor_required']);
  });

  it('are led from the console to where they get one', async () => {
    const agent = new UserAgent(inside.url);
    await agent.submit(await agent.open('/sign-in'), '/sign-in', PERSON);
    for (const path of ['/admin', '/admin/accounts', '/admin/reviews']) {
      const page = await agent.open(path);
      expect([page.url, page.status]).toEqual([`${inside.url}/account/security?second_factor=required`, 200]);
      expect(page.html).toContain('The pages for staff need a second factor');
    }
  });

  it('use their own account without one', async () => {
    expect((await call(inside, 'GET', '/api/v1/accounts/me', { token })).status).toBe(200);
  });
});

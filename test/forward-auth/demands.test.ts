import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountSetupService } from '../../src/accounts/account-setup.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { PRODUCTION, startApp, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, type Person, signIn, signInAdmin } from '../support/client.js';
import { oauthToken, resigned } from '../support/tokens.js';

const code = ({ body }: Answer): string => (body as { code?: string } | undefined)?.code ?? '';

describe('what an operator demands', () => {
  let server: TestApp;
  let person: Person;
  let token: string;
  let admin: string;
  beforeAll(async () => {
    server = await startApp();
    person = await newPerson(server);
    token = await signIn(server, person);
    admin = await signInAdmin(server);
  });
  afterAll(() => server.close());

  const verify = async (query: string, bearer = token): Promise<[number, string]> => {
    const answer = await call(server, 'GET', `/auth/verify?${query}`, { token: bearer });
    return [answer.status, code(answer)];
  };
  const PASSES = [200, ''];

  it('of the level is at least that', async () => {
    expect(await verify('level=0')).toEqual(PASSES);
    expect(await verify('level=1')).toEqual(PASSES);
    expect(await verify('level=2')).toEqual([403, 'account.level_too_low']);
    await server.sql('UPDATE accounts SET level = 2 WHERE email = $1', [person.email]);
    expect(await verify('level=2')).toEqual(PASSES);
    expect(await verify('level=3')).toEqual([403, 'account.level_too_low']);
  });

  it('of the role is one of those', async () => {
    expect(await verify('role=member')).toEqual(PASSES);
    expect(await verify('role=admin,compliance')).toEqual([403, 'account.wrong_role']);
    expect(await verify('role=admin,compliance', admin)).toEqual(PASSES);
    expect(await verify('role=compliance', admin)).toEqual([403, 'account.wrong_role']);
  });

  it('of the scopes is all of them, for applications; a person has them all', async () => {
    const narrow = oauthToken(server, token, 'openid', 'account:read');
    expect(await verify('scope=account:read', narrow)).toEqual(PASSES);
    expect(await verify('scope=account:read,labels:read', narrow)).toEqual([403, 'token.insufficient_scope']);
    expect(await verify('scope=account:read,labels:read')).toEqual(PASSES);
    const refused = await call(server, 'GET', '/auth/verify?scope=labels:read', { token: narrow });
    expect(refused.headers.get('www-authenticate')).toContain('scope="labels:read"');
  });

  it('of the role is not met by any application that an admin uses, but by one with a scope for it', async () => {
    const narrow = oauthToken(server, admin, 'openid', 'account:read');
    expect(await verify('role=admin', narrow)).toEqual([403, 'token.insufficient_scope']);
    expect(await verify('role=admin&scope=account:read', narrow)).toEqual(PASSES);
    expect(await verify('role=admin&scope=labels:read', narrow)).toEqual([403, 'token.insufficient_scope']);
  });

  it('of several kinds is all of them', async () => {
    expect(await verify('level=1&role=admin&scope=account:read', admin)).toEqual(PASSES);
    expect(await verify('level=1&role=admin')).toEqual([403, 'account.wrong_role']);
  });

  it.each([
    ...['level=4', 'level=-1', 'level=1.0', 'level=', 'level=1,2', 'level=1&level=0', 'level[]=1'],
    ...['role=root', 'role=', 'role=admin,', 'role=admin&role=member', 'role=Admin', 'role=admin%20'],
    ...['scope=everything', 'scope=', 'scope=account:read%20labels:read', 'scope=account:read,'],
    ...['redirect=yes', 'redirect=', 'Level=1', 'rol=admin', 'x=1', '__proto__=1', 'constructor=1'],
  ])('and that means nothing opens nothing: %s', async (query) => {
    for (const bearer of [token, admin])
      expect(await verify(query, bearer)).toEqual([400, 'request.invalid_parameters']);
    expect((await call(server, 'GET', `/auth/verify?${query}`)).status).toBe(400);
  });
});

describe('staff of a production server (C-75)', () => {
  let server: TestApp;
  let token: string;
  const PERSON = { email: 'admin@second.example.com', password: 'a long enough password' };
  beforeAll(async () => {
    server = await startApp(PRODUCTION);
    const get = <T>(type: new (...args: any[]) => T): T => server.app.get(type, { strict: false });
    await get(ApplicationsService).create({ uid: 'console', name: 'Console', firstParty: true }, null);
    await get(AccountSetupService).create({ ...PERSON, role: 'admin' });
    token = await signIn(inside(), PERSON, { application_id: 'console' });
  });
  afterAll(() => server.close());

  const inside = () => ({ url: `http://127.0.0.1:${server.config.port}` });
  const verify = async (query: string, amr: string[], accept = '*/*'): Promise<[number, string]> => {
    const options = { token: resigned(server, token, { amr }), headers: { accept } };
    const answer = await call(inside(), 'GET', `/auth/verify${query}`, options);
    return [answer.status, code(answer)];
  };

  it('are taken for staff with a second factor only, and a browser is not led elsewhere by that', async () => {
    expect(await verify('?role=admin', ['pwd', 'otp'])).toEqual([200, '']);
    for (const accept of ['*/*', 'text/html'])
      expect(await verify('?role=admin', ['pwd'], accept)).toEqual([403, 'session.second_factor_required']);
    expect(await verify('', ['pwd'])).toEqual([200, '']);
  });
});

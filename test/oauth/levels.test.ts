import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import { Cipher } from '../../src/infra/crypto/cipher.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, messageTo, newPerson, type Person } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { authorize, newClient, requestOf, type Request, type TestClient, titleOf } from './flow.js';

const LEVEL_2 = { acr_values: 'urn:barong:level:2' };

let server: TestApp;
let client: TestClient;
let numbers = 0;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  client = await newClient(server, { skipConsent: true });
});
afterAll(() => server.close());

/** Signed in with a confirmed address only, where a phone number is asked for. */
async function atPhoneStep(parameters = LEVEL_2): Promise<{ agent: UserAgent; page: Page; request: Request }> {
  const person = await newPerson(server);
  const agent = new UserAgent(server.url);
  const request = await requestOf(client, parameters);
  const page = await agent.submit(await agent.open(request.url), '/sign-in', { ...person });
  expect(titleOf(page)).toBe('One more step');
  return { agent, page, request };
}

function newNumber(): string {
  numbers += 1;
  return `+4479111234${String(numbers).padStart(2, '0')}`;
}

const codeIn = async (number: string): Promise<string> =>
  /\b(\d{6})\b/.exec((await messageTo(server, number.slice(1))).text)?.[1] ?? '';

/** Moves the sign-in of a person on our pages into the past. */
async function anHourAgo({ email }: Person): Promise<number> {
  const cipher = server.app.get(Cipher, { strict: false });
  await server.sql(`UPDATE accounts SET tokens_valid_after = tokens_valid_after - interval '1 day' WHERE email = $1`, [
    email,
  ]);
  const [row] = await server.sql<{ id_hash: Buffer; payload: Buffer }>(
    `SELECT id_hash, payload FROM oidc_records JOIN accounts ON accounts.uid = account_uid
     WHERE model = 'Session' AND email = $1`,
    [email],
  );
  const session = JSON.parse(cipher.open(row.payload, 'oidc:Session').toString()) as { loginTs: number };
  session.loginTs -= 3600;
  const sealed = cipher.seal(JSON.stringify(session), 'oidc:Session');
  await server.sql('UPDATE oidc_records SET payload = $1 WHERE id_hash = $2', [sealed, row.id_hash]);
  return session.loginTs;
}

describe('an application that asks for a level', () => {
  it('gets the person back with it, after the missing step', async () => {
    const { agent, page, request } = await atPhoneStep();
    const number = newNumber();
    const codePage = await agent.submit(page, '/level/phone', { phone_number: number });
    const code = await codeIn(number);
    const wrong = await agent.submit(codePage, '/level/phone/verify', {
      verification_code: code === '000000' ? '000001' : '000000',
    });
    expect([wrong.status, titleOf(wrong)]).toEqual([422, 'One more step']);
    const back = await agent.submit(wrong, '/level/phone/verify', { verification_code: code });
    const tokens = await oidc.authorizationCodeGrant(client.oidc, new URL(back.url), request.checks);
    expect(tokens.claims()).toMatchObject({ acr: 'urn:barong:level:2', amr: ['pwd'], level: 2 });
    expect(claimsOf(tokens.access_token)).toMatchObject({ level: 2 });
    const me = await call<{ level: number }>(server, 'GET', '/api/v1/accounts/me', { token: tokens.access_token });
    expect(me.body.level).toBe(2);
  });

  it('gets no later auth_time for it: a phone number proves nothing anew', async () => {
    const person = await newPerson(server);
    const { agent } = await authorize(server, client, person);
    const signedInAt = await anHourAgo(person);
    const request = await requestOf(client, LEVEL_2);
    const number = newNumber();
    let page = await agent.submit(await agent.open(request.url), '/level/phone', { phone_number: number });
    page = await agent.submit(page, '/level/phone/verify', { verification_code: await codeIn(number) });
    const tokens = await oidc.authorizationCodeGrant(client.oidc, new URL(page.url), request.checks);
    expect(tokens.claims()).toMatchObject({ acr: 'urn:barong:level:2', auth_time: signedInAt });
    expect(claimsOf(tokens.access_token).auth_time).toBe(signedInAt);
  });

  it('is told when the person does not want to', async () => {
    const { agent, page } = await atPhoneStep();
    const back = new URL((await agent.submit(page, '/abort')).url);
    expect([back.searchParams.get('error'), back.searchParams.get('iss')]).toEqual(['access_denied', server.url]);
  });

  it('gets nobody through with a bad number, and no error of ours', async () => {
    const { agent, page } = await atPhoneStep();
    for (const phone_number of ['', 'abc', '+1', '"><script>']) {
      const again = await agent.submit(page, '/level/phone', { phone_number });
      expect([again.status >= 400 && again.status < 500, titleOf(again)]).toEqual([true, 'One more step']);
      expect(again.html).not.toContain('<script');
    }
  });

  it('is told without a page that it is not there yet', async () => {
    const { agent } = await atPhoneStep();
    const page = await agent.open((await requestOf(client, { ...LEVEL_2, prompt: 'none' })).url);
    expect(new URL(page.url).searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('hears of level 3 only when identity was approved', async () => {
    const { page } = await atPhoneStep({ acr_values: 'urn:barong:level:3' });
    expect(page.html).toContain('Identity approved');
    expect(page.html).not.toContain('Document');
  });

  it('that asks for what is reached already, or for what we do not know, shows no step', async () => {
    const person = await newPerson(server);
    for (const acr_values of ['urn:barong:level:1', 'urn:mace:incommon:iap:silver']) {
      const agent = new UserAgent(server.url);
      const request = await requestOf(client, { acr_values });
      const page = await agent.submit(await agent.open(request.url), '/sign-in', { ...person });
      const tokens = await oidc.authorizationCodeGrant(client.oidc, new URL(page.url), request.checks);
      expect(tokens.claims()?.acr).toBe('urn:barong:level:1');
    }
  });
});

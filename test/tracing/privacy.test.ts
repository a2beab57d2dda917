import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCAL_DEMO, startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, eventually } from '../support/client.js';
import { decoded, startRelay } from '../support/mail-relay.js';
import { authorize, newClient, postForm, redeemCode, refresh } from '../oauth/flow.js';
import { Provider } from '../phones/provider.js';
import { Collector } from './collector.js';

const EMAIL = 'secretive.person@example.com';
const PASSWORDS = { right: 'the right password', wrong: 'a wrong password', next: 'the next password' };
const NUMBER = '+12025550143';
const CALLER = '203.0.113.77';
const AGENT = 'browser-of-somebody/1.0';

let collector: Collector;
let relay: Awaited<ReturnType<typeof startRelay>>;
let provider: Provider;
let server: TestApp;
beforeAll(async () => {
  [collector, relay, provider] = await Promise.all([Collector.start(), startRelay(), Provider.start()]);
  server = await startApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    TRUST_PROXY: '127.0.0.1',
    SMTP_URL: `smtp://localhost:${relay.port}`,
    SMS_URL: `http://sms-user:sms-secret@localhost:${new URL(provider.url).port}/hook/sms-path?key=sms-query`,
  });
});
afterAll(async () => {
  await server.close();
  await Promise.all([collector.stop(), relay.close(), provider.stop()]);
});

const headers = { 'x-forwarded-for': CALLER, 'user-agent': AGENT };
const ask = <Body = never>(method: string, path: string, body?: unknown, token?: string) =>
  call<Body>(server, method, path, { headers, ...(body !== undefined && { body }), ...(token && { token }) });

/** The token in the newest mail whose text has one of this name. */
const mailed = (name: string) =>
  eventually(async () => {
    const texts = relay.received.map(decoded).reverse();
    return texts.map((text) => new RegExp(`${name}=([\\w-]+)`).exec(text)?.[1]).find((token) => token !== undefined);
  });

describe('what is exported (C-59)', () => {
  /** What must not be in it, and must have been in the requests. */
  const secrets: Record<string, unknown> = { EMAIL, ...PASSWORDS, NUMBER: NUMBER.slice(1), CALLER, AGENT };

  let smsCode = '';

  it('comes of everything that people and programs do', async () => {
    const confirmation = await signUp();
    const session = await signIn();
    await addPhone(session);
    await useOAuth();
    const [uid, sid] = [claimsOf(session).sub ?? claimsOf(session).uid, claimsOf(session).sid];
    Object.assign(secrets, { confirmation, session, uid, sid });
    const last = await ask('GET', `/nothing/${session}/${EMAIL}?email=${EMAIL}&token=${session}`, undefined, session);
    await collector.request(last.headers.get('x-request-id'));
    await eventually(async () => collector.spans.some(({ name }) => name === 'smtp'));
    await eventually(async () => collector.spans.some(({ name }) => name === 'POST'));
  });

  it('has no address, password, token, code, number, key or text in it', () => {
    const sent = collector.received.map(({ path, headers: sentHeaders, body }) => ({
      path,
      body,
      headers: { ...sentHeaders, host: '' },
    }));
    const bytes = JSON.stringify(sent).toLowerCase();
    expect(smsCode).toMatch(/^\d{6}$/);
    // Six digits may well be a part of an id or a time, but nothing by themselves.
    expect(bytes).not.toMatch(new RegExp(`(?<![0-9a-f])${smsCode}(?![0-9a-f])`));
    const told = ['sms-user', 'sms-secret', 'sms-path', 'sms-query', '127.0.0.1', 'secretive', 'select ', '$1', 'eyj'];
    const unsaid = Object.entries({ ...secrets, ...Object.fromEntries(told.map((word) => [word, word])) });
    expect(unsaid.filter(([, secret]) => typeof secret !== 'string' || secret.length < 2)).toEqual([]);
    const found = unsaid.filter(([, secret]) =>
      [String(secret), encodeURIComponent(String(secret))].some((form) => bytes.includes(form.toLowerCase())),
    );
    expect(found.map(([name]) => name)).toEqual([]);
  });

  it('has spans of a few names and attributes, all of them ours', () => {
    const names = collector.spans.map(({ name }) => name);
    const known = [
      /^(GET|POST|PUT) (\/[\w.:*-]+)+$/,
      /^(GET|POST|PUT) unmatched$/,
      /^[a-z]+(-[a-z]+)+$/,
      /^(SELECT|INSERT|UPDATE|DELETE|WITH|START|COMMIT|ROLLBACK|POST|smtp|database wait|password (hash|compare))$/,
      /^job [a-z_]+\.[a-z_]+$/,
    ];
    expect(names.filter((name) => !known.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['POST /oauth/token', 'GET unmatched', 'POST', 'smtp']));
    const attributes = new Set(collector.spans.flatMap((span) => Object.keys(span.attributes)));
    expect([...attributes].sort()).toEqual(
      [
        ...['barong.hash.waiting', 'barong.job.attempt', 'barong.request_id', 'db.operation.name', 'db.system.name'],
        ...['http.request.method', 'http.response.status_code', 'http.route', 'messaging.destination.name'],
        ...['messaging.system', 'server.address', 'url.scheme'],
      ].sort(),
    );
    const hosts = collector.spans.map((span) => span.attributes['server.address']).filter((host) => host);
    expect(new Set(hosts)).toEqual(new Set(['localhost']));
  });

  it('goes to nobody else: who is called gets no traceparent', () => {
    expect(provider.requests.length).toBeGreaterThan(0);
    for (const request of provider.requests) expect(Object.keys(request.headers)).not.toContain('traceparent');
    expect(relay.received.map(({ raw }) => raw).join()).not.toMatch(/traceparent/i);
  });

  async function signUp(): Promise<string> {
    await ask('POST', '/api/v1/accounts', { email: EMAIL, password: PASSWORDS.right });
    const confirmation = await mailed('confirmation_token');
    await ask('POST', '/api/v1/accounts/confirm', { confirmation_token: confirmation });
    await ask('GET', `/confirm?confirmation_token=${confirmation}`);
    await ask('POST', '/api/v1/accounts', { email: EMAIL, password: PASSWORDS.right });
    return confirmation;
  }

  async function signIn(): Promise<string> {
    const credentials = { email: EMAIL, application_id: LOCAL_DEMO };
    expect((await ask('POST', '/api/v1/sessions', { ...credentials, password: PASSWORDS.wrong })).status).toBe(401);
    const { body: token } = await ask<string>('POST', '/api/v1/sessions', {
      ...credentials,
      password: PASSWORDS.right,
    });
    await ask('POST', '/api/v1/security/reset_password', { email: EMAIL });
    secrets.reset = await mailed('reset_password_token');
    return token;
  }

  async function addPhone(token: string): Promise<void> {
    expect((await ask<unknown>('POST', '/api/v1/phones', { phone_number: NUMBER }, token)).status).toBe(201);
    const sms = await eventually(async () => provider.requests[0]);
    smsCode = /\b\d{6}\b/.exec(sms.body)?.[0] ?? '';
    const body = { phone_number: NUMBER, verification_code: smsCode };
    expect((await ask<unknown>('POST', '/api/v1/phones/verify', body, token)).status).toBe(201);
    await ask(
      'PUT',
      '/api/v1/accounts/password',
      { old_password: PASSWORDS.right, new_password: PASSWORDS.next },
      token,
    );
  }

  async function useOAuth(): Promise<void> {
    const shop = await newClient(server, { scopes: ['openid', 'email', 'account:read', 'offline_access'] });
    const person = { email: EMAIL, password: PASSWORDS.next };
    const authorized = await authorize(server, shop, person, { scope: 'openid offline_access', prompt: 'consent' });
    const { body } = await redeemCode(server, shop, authorized);
    const renewed = await refresh(server, shop, body.refresh_token);
    const robot = await newClient(server, { grantTypes: ['client_credentials'] });
    const own = await postForm(server, '/oauth/token', { grant_type: 'client_credentials', ...robot.credentials });
    Object.assign(secrets, {
      ...{ code: authorized.code, verifier: authorized.verifier, state: authorized.checks.expectedState },
      ...{ shop: shop.secret, robot: robot.secret, shopUid: shop.uid, own: own.body.access_token },
      ...{ access: body.access_token, refresh: body.refresh_token, id: body.id_token },
      renewed: renewed.body.access_token,
    });
  }
});

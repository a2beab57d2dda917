import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import passport from 'passport';
import openidconnect from 'passport-openidconnect';
import { PROFILE, submit } from '../profiles/profiles.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, claimsOf, newPerson, type Person, signIn } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';
import { newClient, type TestClient, walk } from './flow.js';

let server: TestApp;
let person: Person;
let shop: Server;
let shopUrl: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  person = await newPerson(server);
  expect((await submit(server, await signIn(server, person))).status).toBe(201);
  const app = express();
  shop = createServer(app);
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const redirectUris = [`${shopUrl}/callback`];
  build(app, await newClient(server, { name: 'Shop', redirectUris, requirePkce: false }));
});
afterAll(async () => {
  shop.closeAllConnections();
  shop.close();
  await server.close();
});

const sessions = new Map<string, object>();

/** What express-session does, as far as the strategy needs it. */
function session(request: Request & { session?: object }, response: Response, next: NextFunction): void {
  const id = /shop=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? randomUUID();
  if (!sessions.has(id)) sessions.set(id, {});
  request.session = sessions.get(id);
  response.setHeader('set-cookie', `shop=${id}; Path=/; HttpOnly`);
  next();
}

/** The application of a third party, as its authors would write it. */
function build(app: express.Express, client: TestClient): void {
  const strategy = new openidconnect.Strategy(
    {
      issuer: server.url,
      authorizationURL: `${server.url}/oauth/authorize`,
      tokenURL: `${server.url}/oauth/token`,
      userInfoURL: `${server.url}/oauth/userinfo`,
      clientID: client.uid,
      clientSecret: client.secret ?? '',
      callbackURL: `${shopUrl}/callback`,
      scope: ['profile', 'email', 'account:read'],
      nonce: true,
    },
    (issuer, userInfo, fromIdToken, context, idToken, accessToken, _refreshToken, _parameters, done) => {
      const { _json, _raw, ...profile } = userInfo;
      done(null, { issuer, profile, told: _json, idOfToken: fromIdToken.id, context, idToken, accessToken });
    },
  );
  const signIn = passport.use('barong', strategy).authenticate('barong', { session: false }) as express.RequestHandler;
  app.use(session);
  app.get('/login', signIn);
  app.get('/callback', signIn, (request, response) => response.json(request.user));
  app.use((error: Error, _request: Request, response: Response, _next: NextFunction) =>
    response.status(500).json({ error: error.message }),
  );
}

interface SignedIn {
  issuer: string;
  profile: object;
  told: Record<string, unknown>;
  idOfToken: string;
  context: { timestamp: string };
  idToken: string;
  accessToken: string;
}

/** From the shop's button to the address that we send the person back to. */
async function cameBack(browser: UserAgent): Promise<string> {
  const { url } = await browser.open('/login');
  return (await walk(new UserAgent(server.url), url, person)).url;
}

const userOf = ({ html }: Page): SignedIn => JSON.parse(html) as SignedIn;

describe('a Node application that signs in by passport-openidconnect', () => {
  it('gets the person with their profile, and a token that opens the API', async () => {
    const browser = new UserAgent(shopUrl);
    const page = await browser.open(await cameBack(browser));
    expect(page.status).toBe(200);
    const { issuer, profile, told, idOfToken, context, idToken, accessToken } = userOf(page);
    const uid = String(claimsOf(idToken).sub);
    expect(profile).toEqual({
      id: uid,
      displayName: 'Alice Wonder',
      name: { familyName: 'Wonder', givenName: 'Alice' },
      emails: [{ value: person.email }],
    });
    expect(told).toMatchObject({ uid, level: 1, birthdate: PROFILE.dob, email_verified: true });
    expect([issuer, idOfToken, new Date(context.timestamp).getTime() > 0]).toEqual([server.url, uid, true]);
    const me = await call<object>(server, 'GET', '/api/v1/accounts/me', { token: accessToken });
    expect([me.status, me.body]).toEqual([200, expect.objectContaining({ uid, email: person.email })]);
  });

  it('takes no answer that another browser asked for', async () => {
    const stranger = new UserAgent(shopUrl);
    await stranger.open('/login');
    for (const browser of [stranger, new UserAgent(shopUrl)]) {
      expect((await browser.open(await cameBack(new UserAgent(shopUrl)))).status).toBe(403);
    }
  });

  it('hears when the person does not agree', async () => {
    const browser = new UserAgent(shopUrl);
    const agent = new UserAgent(server.url);
    const { url } = await browser.open('/login');
    const consent = await agent.submit(await agent.open(url), '/sign-in', { ...(await newPerson(server)) });
    const back = await agent.submit(consent, '/abort');
    expect(new URL(back.url).searchParams.get('error')).toBe('access_denied');
    expect((await browser.open(back.url)).status).toBe(401);
  });
});

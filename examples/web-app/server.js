// A web application whose server signs people in with Barong: authorization code with PKCE, a secret, a session of
// its own. Start Barong, then: node examples/web-app/server.js, and open http://localhost:8000
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import * as oidc from 'openid-client';

const port = Number(process.env.PORT ?? 8000);
const self = process.env.SELF_URL ?? `http://localhost:${port}`;
const issuer = new URL(process.env.ISSUER ?? 'http://localhost:3000');
const clientId = process.env.CLIENT_ID ?? 'local-demo';
const clientSecret = process.env.CLIENT_SECRET ?? 'local-demo-secret';
const redirectUri = `${self}/auth/barong/callback`;
// http is for development on one machine only.
const options = issuer.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : undefined;
const barong = await oidc.discovery(issuer, clientId, clientSecret, undefined, options);

/** Sessions of this application; a real one keeps them in a database. */
const sessions = new Map();

const routes = {
  '/': home,
  '/login': login,
  '/auth/barong/callback': callback,
  '/me': me,
  '/logout': logout,
};

createServer((request, response) => {
  const url = new URL(request.url, self);
  const route = routes[url.pathname] ?? notFound;
  route(url, response, sessionOf(request, response)).catch((error) => {
    // `error` is what Barong said, such as access_denied when the person declined.
    const reason = error.error ?? error.code ?? error.message;
    page(response, `<p>Sign-in failed: ${escape(reason)}</p><a href="/login">Try again</a>`, 400);
  });
}).listen(port, () => process.stdout.write(`Example at ${self}\n`));

async function home(_url, response, session) {
  const body = session.claims
    ? `<p id="who">Signed in as ${escape(session.claims.sub)}</p><a href="/me">My account</a> <a href="/logout">Sign out</a>`
    : '<a id="login" href="/login">Sign in with Barong</a>';
  page(response, body);
}

/** Sends the person to Barong. What comes back must match what is remembered here. */
async function login(url, response, session) {
  session.verifier = oidc.randomPKCECodeVerifier();
  session.state = oidc.randomState();
  session.nonce = oidc.randomNonce();
  const parameters = {
    redirect_uri: redirectUri,
    scope: 'openid email offline_access account:read',
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(session.verifier),
    code_challenge_method: 'S256',
    state: session.state,
    nonce: session.nonce,
    ...(url.searchParams.has('level') && { acr_values: `urn:barong:level:${url.searchParams.get('level')}` }),
  };
  redirect(response, oidc.buildAuthorizationUrl(barong, parameters));
}

/** Trades the code for tokens; the library checks state, nonce, issuer and the ID token's signature. */
async function callback(url, response, session) {
  const tokens = await oidc.authorizationCodeGrant(barong, new URL(url.pathname + url.search, self), {
    pkceCodeVerifier: session.verifier,
    expectedState: session.state,
    expectedNonce: session.nonce,
  });
  Object.assign(session, { tokens, claims: tokens.claims(), verifier: undefined, state: undefined });
  redirect(response, new URL('/', self));
}

/** Calls Barong's API with the access token; gets a new one when it has ended. */
async function me(_url, response, session) {
  if (!session.tokens) return redirect(response, new URL('/login', self));
  let answer = await callApi(session);
  if (answer.status === 401 && session.tokens.refresh_token) {
    session.tokens = await oidc.refreshTokenGrant(barong, session.tokens.refresh_token);
    answer = await callApi(session);
  }
  page(response, `<pre id="me">${escape(JSON.stringify(await answer.json(), null, 2))}</pre><a href="/">Back</a>`);
}

function callApi({ tokens }) {
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  return fetch(new URL('/api/v1/accounts/me', issuer), { headers });
}

async function logout(_url, response, session) {
  const idToken = session.tokens?.id_token;
  sessions.delete(session.id);
  const parameters = { post_logout_redirect_uri: `${self}/`, ...(idToken && { id_token_hint: idToken }) };
  redirect(response, oidc.buildEndSessionUrl(barong, parameters));
}

async function notFound(_url, response) {
  response.writeHead(404).end();
}

function sessionOf(request, response) {
  const id = /(?:^|; )example_session=([0-9a-f-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const known = sessions.get(id);
  if (known) return known;
  const session = { id: randomUUID() };
  sessions.set(session.id, session);
  response.setHeader('Set-Cookie', `example_session=${session.id}; HttpOnly; SameSite=Lax; Path=/`);
  return session;
}

function page(response, body, status = 200) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html>
    <html lang="en">
      <head><title>Example</title><link rel="icon" href="data:," /></head>
      <body><h1>Example web app</h1>${body}</body>
    </html>`);
}

function redirect(response, location) {
  response.writeHead(303, { Location: location.href }).end();
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

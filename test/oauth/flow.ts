import * as oidc from 'openid-client';
import { ApplicationsService, type NewApplication } from '../../src/applications/applications.service.js';
import type { TestApp } from '../support/app.js';
import type { Person } from '../support/client.js';
import { type Page, UserAgent } from '../support/user-agent.js';

export const CALLBACK = 'https://shop.example/callback';

/** An OAuth client of the server and how it talks to it. */
export interface TestClient {
  uid: string;
  secret: string | undefined;
  oidc: oidc.Configuration;
  /** The form fields, or none, by which it says who it is at the token endpoint. */
  credentials: Record<string, string>;
}

/** Registers an application; confidential and asked for consent unless told otherwise. */
export async function newClient(server: TestApp, settings: Partial<NewApplication> = {}): Promise<TestClient> {
  const { application, secret } = await server.app
    .get(ApplicationsService, { strict: false })
    .create({ name: 'Shop', redirectUris: [CALLBACK], ...settings }, null);
  return { ...(await clientOf(server, application.uid, secret)), uid: application.uid, secret };
}

export async function clientOf(server: Pick<TestApp, 'url'>, uid: string, secret?: string): Promise<TestClient> {
  const auth = secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret);
  const execute = [oidc.allowInsecureRequests];
  const configuration = await oidc.discovery(new URL(server.url), uid, secret, auth, { execute });
  const credentials = { client_id: uid, ...(secret !== undefined && { client_secret: secret }) };
  return { uid, secret, oidc: configuration, credentials };
}

export interface Request {
  url: string;
  verifier: string;
  checks: oidc.AuthorizationCodeGrantChecks;
}

/** An authorization request with all that OpenID Connect has against its attackers; '' leaves a parameter out. */
export async function requestOf(client: TestClient, parameters: Record<string, string> = {}): Promise<Request> {
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const all = {
    redirect_uri: CALLBACK,
    scope: 'openid email account:read',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  };
  const isOidc = all.scope.split(' ').includes('openid');
  const isGiven = ([name, value]: [string, string]) => value !== '' && (isOidc || name !== 'nonce');
  const given = Object.fromEntries(Object.entries(all).filter(isGiven));
  const url = oidc.buildAuthorizationUrl(client.oidc, given).href;
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: given.state ?? state,
    ...(isOidc && { expectedNonce: nonce }),
  };
  return { url, verifier, checks };
}

export const titleOf = ({ html }: Page): string => /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? '';

/** Does on our pages what a willing person does, until they lead away or know no further. */
export async function walk(agent: UserAgent, url: string, person: Person): Promise<Page> {
  let page = await agent.open(url);
  if (titleOf(page) === 'Sign in') {
    page = await agent.submit(page, '/sign-in', { email: person.email, password: person.password });
  }
  return titleOf(page) === 'Do you agree?' ? agent.submit(page, '/consent') : page;
}

export interface Authorized extends Request {
  agent: UserAgent;
  callback: URL;
  code: string;
}

/** Up to the code in the address that the person comes back with. */
export async function authorize(
  server: Pick<TestApp, 'url'>,
  client: TestClient,
  person: Person,
  parameters: Record<string, string> = {},
  agent = new UserAgent(server.url),
): Promise<Authorized> {
  const request = await requestOf(client, parameters);
  const page = await walk(agent, request.url, person);
  const callback = new URL(page.url);
  const code = callback.searchParams.get('code');
  if (code === null) throw new Error(`no code: ${page.status} ${page.url} ${page.html.slice(0, 1000)}`);
  return { ...request, agent, callback, code };
}

export type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

export interface SignedInClient {
  tokens: Tokens;
  agent: UserAgent;
  client: TestClient;
}

/** All the way to tokens. */
export async function tokensFor(
  server: Pick<TestApp, 'url'>,
  client: TestClient,
  person: Person,
  parameters: Record<string, string> = {},
  agent?: UserAgent,
): Promise<SignedInClient> {
  const { callback, checks, agent: used } = await authorize(server, client, person, parameters, agent);
  return { tokens: await oidc.authorizationCodeGrant(client.oidc, callback, checks), agent: used, client };
}

export interface TokenAnswer {
  status: number;
  body: Record<string, string | number | undefined>;
  headers: Headers;
}

/** A bare request to an OAuth endpoint, for what no client library would send. */
export async function postForm(
  server: Pick<TestApp, 'url'>,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as TokenAnswer['body']) : {};
  return { status: response.status, body, headers: response.headers };
}

export const redeemCode = (
  server: Pick<TestApp, 'url'>,
  client: TestClient,
  { code, verifier }: Pick<Authorized, 'code' | 'verifier'>,
  more: Record<string, string> = {},
): Promise<TokenAnswer> =>
  postForm(server, '/oauth/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: verifier,
    ...client.credentials,
    ...more,
  });

export const refresh = (
  server: Pick<TestApp, 'url'>,
  client: TestClient,
  refreshToken: unknown,
  more: Record<string, string> = {},
): Promise<TokenAnswer> =>
  postForm(server, '/oauth/token', {
    grant_type: 'refresh_token',
    refresh_token: String(refreshToken),
    ...client.credentials,
    ...more,
  });

/** Status and error, as most assertions want them. */
export const said = ({ status, body }: TokenAnswer): [number, unknown] => [status, body.error ?? 'ok'];
export const INVALID_GRANT = [400, 'invalid_grant'];

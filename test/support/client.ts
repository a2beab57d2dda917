import { ADMIN, LOCAL_DEMO, type TestApp } from './app.js';

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  /** The parsed body; the text when it is no JSON; undefined when it is empty. */
  body: Body;
}

export interface CallOptions {
  token?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a FormData, URLSearchParams, string or Buffer is sent as it is. */
  body?: unknown;
}

/** One request through HTTP; `path` is relative to the server, such as `/api/v1/accounts/me`. */
export async function call<Body = never>(
  server: Pick<TestApp, 'url'>,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<Body>> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
  const response = await fetch(server.url + path, {
    method,
    headers,
    redirect: 'manual',
    ...(options.body !== undefined && { body: encode(options.body, headers) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) as Body };
}

function encode(body: unknown, headers: Headers): BodyInit {
  if (body instanceof FormData || body instanceof URLSearchParams || body instanceof Uint8Array)
    return body as BodyInit;
  if (typeof body === 'string') return body;
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return JSON.stringify(body);
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What an answer says: the status, and the `error` of a refusal or else the whole body. */
export function outcome({ status, body }: Answer): [status: number, said: unknown] {
  const isRefusal = typeof body === 'object' && body !== null && 'error' in body;
  return [status, isRefusal ? body.error : body];
}

export interface OutboxMail {
  id: string;
  channel: 'email' | 'sms';
  to: string;
  subject: string;
  text: string;
  html: string;
  created_at: string;
}

/** What the development outbox holds for an address, newest first. */
export async function outbox(server: Pick<TestApp, 'url'>, to: string): Promise<OutboxMail[]> {
  const answer = await call<OutboxMail[]>(server, 'GET', `/dev/outbox.json?to=${encodeURIComponent(to)}`);
  return answer.body;
}

/** Waits until the condition gives something, and returns that. */
export async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits for the newest message to an address; with `count`, until that many have arrived. */
export async function messageTo(server: Pick<TestApp, 'url'>, to: string, count = 1): Promise<OutboxMail> {
  return eventually(async () => {
    const mails = await outbox(server, to);
    return mails.length >= count ? mails[0] : undefined;
  });
}

/** The token of the link in a message. */
export function tokenIn(mail: OutboxMail, parameter: 'confirmation_token' | 'reset_password_token'): string {
  const token = new RegExp(`${parameter}=([A-Za-z0-9_-]+)`).exec(mail.text)?.[1];
  if (!token) throw new Error(`no ${parameter} in: ${mail.text}`);
  return token;
}

export interface Person {
  email: string;
  password: string;
}

let people = 0;

/** Somebody with a confirmed account. */
export async function newPerson(server: TestApp, password = 'a long enough password'): Promise<Person> {
  people += 1;
  const email = `person${people}@example.com`;
  await call(server, 'POST', '/api/v1/accounts', { body: { email, password } });
  const token = tokenIn(await messageTo(server, email), 'confirmation_token');
  await call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token: token } });
  return { email, password };
}

/** Signs in and returns the token. */
export async function signIn(server: Pick<TestApp, 'url'>, person: Person, more: object = {}): Promise<string> {
  const body = { ...person, application_id: LOCAL_DEMO, ...more };
  const answer = await call<string>(server, 'POST', '/api/v1/sessions', { body });
  if (answer.status !== 201) throw new Error(`sign-in: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export const signInAdmin = (server: Pick<TestApp, 'url'>): Promise<string> => signIn(server, ADMIN);

/** The payload of a JWT, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

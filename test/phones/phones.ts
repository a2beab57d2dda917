import type { TestApp } from '../support/app.js';
import { type Answer, call, newPerson, outbox, signIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

let numbers = 0;

/** A valid number that no other test has. */
export function newNumber(): string {
  numbers += 1;
  return `+1202555${1000 + numbers}`;
}

/** Somebody new, signed in. */
export async function newToken(server: TestApp): Promise<string> {
  return signIn(server, await newPerson(server));
}

export function add(server: TestApp, token: string, phone_number: unknown): Promise<Answer<unknown>> {
  return call<unknown>(server, 'POST', '/api/v1/phones', { token, body: { phone_number } });
}

export function verify(
  server: TestApp,
  token: string,
  phone_number: unknown,
  verification_code: unknown,
): Promise<Answer<unknown>> {
  return call<unknown>(server, 'POST', '/api/v1/phones/verify', { token, body: { phone_number, verification_code } });
}

/** The codes that were sent to a number, newest first, once all that waited was sent. */
export async function codesTo(server: TestApp, number: string): Promise<string[]> {
  await jobsDone(server);
  const messages = await outbox(server, number.replace('+', ''));
  return messages.map(({ text }) => codeIn(text));
}

/** Adds a number and returns the code that it got. */
export async function codeFor(server: TestApp, token: string, number: string): Promise<string> {
  const answer = await add(server, token, number);
  if (answer.status !== 201) throw new Error(`add: ${answer.status} ${JSON.stringify(answer.body)}`);
  return (await codesTo(server, number))[0] ?? '';
}

export function codeIn(text: string): string {
  const code = /\b\d{6}\b/.exec(text)?.[0];
  if (!code) throw new Error(`no code in: ${text}`);
  return code;
}

/** A code that is not this one. */
export function wrong(code: string, by = 1): string {
  return String((Number(code) + by) % 1_000_000).padStart(6, '0');
}

export async function levelOf(server: TestApp, token: string): Promise<number> {
  return (await call<{ level: number }>(server, 'GET', '/api/v1/accounts/me', { token })).body.level;
}

export interface PhoneRow {
  id: string;
  number: string;
  country_code: string | null;
  code_hash: Buffer | null;
  code_attempts: number;
  verified_at: Date | null;
}

/** All rows of a number, oldest first. */
export function rowsOf(server: TestApp, number: string): Promise<PhoneRow[]> {
  return server.sql<PhoneRow & Record<string, unknown>>('SELECT * FROM phones WHERE number = $1 ORDER BY id', [number]);
}

export const NOT_VERIFIED = [404, 'Phone is not found or verification code is invalid'];
export const TAKEN = [400, 'Phone number is already exists'];

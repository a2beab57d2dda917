import speakeasy from 'speakeasy';
import type { TestApp } from '../support/app.js';
import { type Answer, call, newPerson, type Person, signIn } from '../support/client.js';

export const SECURITY = '/api/v1/security';

interface QrCodeBody {
  data: { barcode: string; url: string };
}

export const post = <Body = unknown>(
  server: TestApp,
  operation: string,
  token: string,
  body?: unknown,
): Promise<Answer<Body>> => call<Body>(server, 'POST', `${SECURITY}/${operation}`, { token, body });

/** Begins an enrolment and returns the secret that an app would scan. */
export async function scan(server: TestApp, token: string): Promise<string> {
  const answer = await post<QrCodeBody>(server, 'generate_qrcode', token);
  if (answer.status !== 201) throw new Error(`generate_qrcode: ${answer.status} ${JSON.stringify(answer.body)}`);
  return new URL(answer.body.data.url).searchParams.get('secret') ?? '';
}

/** What the app shows now, or showed so many steps ago. */
export function codeOf(secret: string, stepsAgo = 0): string {
  return speakeasy.totp({ secret, encoding: 'base32', time: Date.now() / 1000 - stepsAgo * 30 });
}

/** Six digits that are no code of the secret for some minutes around now. */
export function wrongCode(secret: string): string {
  const right = new Set([-3, -2, -1, 0, 1, 2, 3].map((steps) => codeOf(secret, steps)));
  return (
    ['000000', '000001', '000002', '000003', '000004', '000005', '000006', '000007'].find((c) => !right.has(c)) ?? ''
  );
}

export interface Protected {
  person: Person;
  /** Of the session that turned the factor on. */
  token: string;
  secret: string;
  recoveryCodes: string[];
  /** A code that is good now, whatever was used before: tests don't wait half a minute for the next one. */
  freshCode(): Promise<string>;
}

/** Somebody who has turned the second factor on. */
export async function protectedPerson(server: TestApp): Promise<Protected> {
  const person = await newPerson(server);
  const token = await signIn(server, person);
  const secret = await scan(server, token);
  const body = { code: codeOf(secret) };
  const enabled = await post<{ recovery_codes: string[] }>(server, 'enable_2fa', token, body);
  if (enabled.status !== 201) throw new Error(`enable_2fa: ${enabled.status} ${JSON.stringify(enabled.body)}`);
  const freshCode = async (): Promise<string> => {
    await forgetUsedCodes(server, person.email);
    return codeOf(secret);
  };
  return { person, token, secret, recoveryCodes: enabled.body.recovery_codes, freshCode };
}

export async function forgetUsedCodes(server: TestApp, email: string): Promise<void> {
  await server.sql(
    'UPDATE otp_secrets SET last_step = 0 FROM accounts WHERE accounts.id = account_id AND accounts.email = $1',
    [email],
  );
}

/** Whether the account says that it has a second factor, and whether there is one: they must agree. */
export async function factorState(server: TestApp, email: string): Promise<boolean> {
  const [row] = await server.sql<{ otp_enabled: boolean; has_secret: boolean }>(
    `SELECT otp_enabled, EXISTS (SELECT 1 FROM otp_secrets WHERE account_id = accounts.id) AS has_secret
     FROM accounts WHERE email = $1`,
    [email],
  );
  if (!row || row.otp_enabled !== row.has_secret) throw new Error(`otp_enabled disagrees: ${JSON.stringify(row)}`);
  return row.otp_enabled;
}

/** The audit log of an account, oldest first. */
export async function auditOf(server: TestApp, email: string): Promise<string[]> {
  const rows = await server.sql<{ action: string }>(
    `SELECT action FROM audit_entries JOIN accounts ON accounts.uid = target WHERE email = $1 ORDER BY audit_entries.id`,
    [email],
  );
  return rows.map((row) => row.action);
}

/** How often each outcome came, such as `{ 201: 1, 422: 19 }`. */
export function tally(answers: Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export const inParallel = <T>(times: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, work));

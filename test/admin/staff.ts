import { AccountSetupService } from '../../src/accounts/account-setup.service.js';
import type { Role } from '../../src/common/principal.js';
import type { TestApp } from '../support/app.js';
import { type Answer, call, type CallOptions, type Person, signIn } from '../support/client.js';

const ADMIN_API = '/api/v1/admin';

/** Somebody with an active account and a token. */
export interface Member extends Person {
  uid: string;
  token: string;
}

let members = 0;

/** An account as the operator makes one: active, with a confirmed address and this role. */
export async function newMember(server: TestApp, role: Role = 'member'): Promise<Member> {
  members += 1;
  const person = { email: `${role}${members}@staff.example.com`, password: 'a long enough password' };
  const uid = await server.app.get(AccountSetupService, { strict: false }).create({ ...person, role });
  return { ...person, uid, token: await signIn(server, person) };
}

/** Calls the admin API as this member; `path` is relative to it, such as `/accounts`. */
export function callAs<Body = never>(
  server: TestApp,
  { token }: Pick<Member, 'token'>,
  method: string,
  path: string,
  options: Omit<CallOptions, 'token'> = {},
): Promise<Answer<Body>> {
  return call<Body>(server, method, ADMIN_API + path, { ...options, token });
}

/** Whether a token opens anything at all. */
export async function isAlive(server: TestApp, token: string): Promise<boolean> {
  return (await call(server, 'GET', '/api/v1/accounts/me', { token })).status === 200;
}

export interface AuditEntry {
  actor_uid: string | null;
  action: string;
  target: string | null;
  details: Record<string, unknown>;
}

/** What the audit log says of a target, newest first. */
export function auditOf(server: TestApp, target: string): Promise<AuditEntry[]> {
  return server.sql<AuditEntry & Record<string, unknown>>(
    'SELECT actor_uid, action, target, details FROM audit_entries WHERE target = $1 ORDER BY id DESC',
    [target],
  );
}

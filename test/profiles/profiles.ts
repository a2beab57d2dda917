import { PrincipalsService } from '../../src/auth/principals.service.js';
import type { TokenClaims } from '../../src/auth/token-claims.js';
import type { Principal } from '../../src/common/principal.js';
import { ProfileReviewService, type ReviewDecision } from '../../src/profiles/profile-review.service.js';
import type { TestApp } from '../support/app.js';
import { type Answer, call, claimsOf, newPerson, type OutboxMail, outbox, signIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

export const PATH = '/api/v1/profiles';
export const INSUFFICIENT = [403, 'insufficient_scope'];
export const EXISTS = [409, 'Profile already exists'];

/** A profile that is good; texts only, so that it fits into forms too. */
export const PROFILE = {
  first_name: 'Alice',
  last_name: 'Wonder',
  dob: '1990-05-17',
  address: '1 Main Street',
  postcode: '01001',
  city: 'Kyiv',
  country: 'Ukraine',
};

export interface Profile {
  first_name: string;
  last_name: string;
  dob: string;
  address: string;
  postcode: string;
  city: string;
  country: string;
  state: string;
  metadata: Record<string, unknown>;
  rejection_reason?: string;
}

/** Somebody new, signed in. */
export interface Applicant {
  uid: string;
  email: string;
  token: string;
}

export async function newApplicant(server: TestApp): Promise<Applicant> {
  const person = await newPerson(server);
  const token = await signIn(server, person);
  return { uid: String(claimsOf(token).uid), email: person.email, token };
}

export const submit = (
  server: Pick<TestApp, 'url'>,
  token: string,
  body: unknown = PROFILE,
): Promise<Answer<unknown>> => call<unknown>(server, 'POST', PATH, { token, body });

export const mine = (server: Pick<TestApp, 'url'>, token: string): Promise<Answer<Profile>> =>
  call<Profile>(server, 'GET', `${PATH}/me`, { token });

/** Somebody new who has sent a profile. */
export async function newSubmission(server: TestApp, body: unknown = PROFILE): Promise<Applicant> {
  const applicant = await newApplicant(server);
  const { status } = await submit(server, applicant.token, body);
  if (status !== 201) throw new Error(`submit: ${status}`);
  return applicant;
}

/** Takes the profile of an account away, as no request can, so that it may send another one. */
export async function forget(server: TestApp, { uid }: Applicant): Promise<void> {
  await server.sql('DELETE FROM profiles USING accounts WHERE accounts.id = account_id AND uid = $1', [uid]);
}

/** How much there is of what submissions write. */
export async function written(server: TestApp): Promise<unknown> {
  return server.sql(
    `SELECT (SELECT count(*) FROM profiles) AS profiles, (SELECT max(updated_at) FROM profiles) AS latest,
       (SELECT count(*) FROM audit_entries) AS entries`,
  );
}

/** What the audit log says of the profile of an account, oldest first. */
export function auditOf(server: TestApp, { uid }: Applicant): Promise<Record<string, unknown>[]> {
  return server.sql(
    `SELECT actor_uid, action, details FROM audit_entries WHERE target = $1 AND action LIKE 'profile.%' ORDER BY id`,
    [uid],
  );
}

/** The caller that the guard would see. */
export function principalOf(server: TestApp, token: string): Promise<Principal> {
  return server.app.get(PrincipalsService, { strict: false }).resolve(claimsOf(token) as unknown as TokenClaims);
}

export const reviews = (server: TestApp): ProfileReviewService =>
  server.app.get(ProfileReviewService, { strict: false });

const ORIGIN = { ip: '127.0.0.1', userAgent: 'test', requestId: 'request' };

/** Decides as this reviewer about the profile of an account. */
export function decide(
  server: TestApp,
  reviewer: Principal,
  { uid }: Pick<Applicant, 'uid'>,
  state: ReviewDecision['state'],
  reason?: string,
): Promise<void> {
  return reviews(server).decide(reviewer, uid, { state, reason }, ORIGIN);
}

export async function levelOf(server: TestApp, { token }: Applicant): Promise<number> {
  return (await call<{ level: number }>(server, 'GET', '/api/v1/accounts/me', { token })).body.level;
}

/** As if the phone had been verified. */
export async function givePhone(server: TestApp, { uid }: Applicant): Promise<void> {
  await server.sql('UPDATE accounts SET phone_verified_at = now(), level = 2 WHERE uid = $1', [uid]);
}

/** What was written to somebody about their identity, newest first, once all that waited was sent. */
export async function mailsTo(server: TestApp, { email }: Applicant): Promise<OutboxMail[]> {
  await jobsDone(server);
  return (await outbox(server, email)).filter(({ subject }) => subject.includes('identity'));
}

export const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** How often each status came. */
export function tally(answers: Answer<unknown>[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

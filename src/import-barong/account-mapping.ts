import type { ImportedAccount } from '../accounts/account-import.service.js';
import { canonicalEmail } from '../accounts/email-address.js';
import { UID } from '../accounts/uid.js';
import type { AccountState, Role } from '../common/principal.js';
import type { ImportReport } from './import-report.js';
import type { SourceAccount, SourcePerson } from './source-rows.js';
import { isoTime, isoTimeOrEpoch } from './source-time.js';

const ROLES: readonly Role[] = ['member', 'compliance', 'admin'];
const HIGHEST_LEVEL = 3;

/** The name under which the report speaks of an account: never a text that could be anything. */
export function subjectOf({ uid, id }: SourceAccount): string {
  return UID.test(uid) ? uid : `#${id}`;
}

/** An account but for its password and second factor; undefined, and reported, when it can't be one here. */
export function mapAccount(
  person: SourcePerson,
  report: ImportReport,
): Omit<ImportedAccount, 'passwordHash' | 'otpEnabled'> | undefined {
  const { account } = person;
  const subject = subjectOf(account);
  const email = canonicalEmail(account.email);
  if (!UID.test(account.uid)) return void report.find('account.uid_malformed', subject);
  if (email === null) return void report.find('account.email_invalid', subject);
  const confirmedAt = isoTime(account.confirmed_at);
  const [createdAt, updatedAt] = [isoTimeOrEpoch(account.created_at), isoTimeOrEpoch(account.updated_at)];
  const given = levelOf(account, report);
  const reached = (step: number): string | null => (given >= step ? updatedAt : null);
  return {
    uid: account.uid,
    email,
    role: roleOf(account, report),
    state: stateOf(account, confirmedAt !== null, report),
    // What rests on an address that nobody proved comes back once somebody does.
    level: confirmedAt === null ? 0 : Math.max(given, 1),
    emailConfirmedAt: confirmedAt,
    phoneVerifiedAt: firstPhoneAt(person) ?? reached(2),
    identityApprovedAt: approvalOf(person) ?? reached(3),
    createdAt,
    updatedAt,
  };
}

function roleOf(account: SourceAccount, report: ImportReport): Role {
  const role = ROLES.find((each) => each === account.role);
  if (role === undefined) report.find('account.role_unknown', subjectOf(account));
  else if (role !== 'member') report.find('account.staff', subjectOf(account));
  return role ?? 'member';
}

/** Barong went by the confirmation, not by `pending`, when it let people in; a lock or a ban stays what it is. */
function stateOf(account: SourceAccount, isConfirmed: boolean, report: ImportReport): AccountState {
  const { state } = account;
  if (state === 'banned' || state === 'locked') return state;
  if (state !== 'active' && state !== 'pending') {
    report.find('account.state_unknown', subjectOf(account));
    return 'locked';
  }
  if (state === 'active' && !isConfirmed) report.find('account.not_confirmed', subjectOf(account));
  return isConfirmed ? 'active' : 'pending';
}

function levelOf(account: SourceAccount, report: ImportReport): number {
  const level = Math.min(Math.max(account.level, 0), HIGHEST_LEVEL);
  if (level !== account.level) report.find('account.level_unknown', subjectOf(account));
  return level;
}

function firstPhoneAt({ phones }: SourcePerson): string | undefined {
  const times = phones.map((phone) => isoTime(phone.validated_at)).filter((time) => time !== null);
  return times.sort()[0];
}

function approvalOf({ profiles: [profile] }: SourcePerson): string | undefined {
  return profile?.state === 'approved' ? isoTimeOrEpoch(profile.updated_at) : undefined;
}

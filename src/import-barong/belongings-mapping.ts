import { isCalendarDate } from '../common/calendar-date.js';
import { isPlainData, isStorable } from '../common/plain-data.js';
import type { ImportedLabel } from '../labels/label-import.service.js';
import { labelProblems } from '../labels/label-rules.js';
import type { ImportedPhone } from '../phones/phone-import.service.js';
import { parsePhoneNumber } from '../phones/phone-number.js';
import { countryCode } from '../profiles/country.js';
import type { ImportedProfile } from '../profiles/profile-import.service.js';
import { PROFILE_STATES, type ProfileState } from '../profiles/profile-row.js';
import { lengthProblems, METADATA_LIMITS } from '../profiles/profile-rules.js';
import { subjectOf } from './account-mapping.js';
import type { ImportReport } from './import-report.js';
import type { SourceLabel, SourcePerson, SourceProfile } from './source-rows.js';
import { isoTime, isoTimeOrEpoch } from './source-time.js';

/** Something of an account that has no id here yet. */
export type Belonging<T> = Omit<T, 'accountId'>;

/** What staff said outlasts what the owner said; of the same kind the first one stays. */
export function mapLabels({ account, labels }: SourcePerson, report: ImportReport): Belonging<ImportedLabel>[] {
  const kept = new Map<string, Belonging<ImportedLabel>>();
  const byScope = [...labels].sort((one, other) => Number(other.scope === 'private') - Number(one.scope === 'private'));
  for (const label of byScope) {
    const mapped = mapLabel(label);
    if (mapped === undefined) report.find('label.invalid', subjectOf(account));
    else if (kept.has(mapped.key)) report.find('label.key_twice', subjectOf(account));
    else kept.set(mapped.key, mapped);
  }
  return [...kept.values()];
}

function mapLabel({ key, value, scope, ...times }: SourceLabel): Belonging<ImportedLabel> | undefined {
  if (scope !== 'public' && scope !== 'private') return undefined;
  if (Object.keys(labelProblems({ key, value })).length > 0) return undefined;
  return {
    key,
    value,
    scope,
    createdAt: isoTimeOrEpoch(times.created_at),
    updatedAt: isoTimeOrEpoch(times.updated_at),
  };
}

/** Only what was verified: another number claims nothing and needs a new code anyway. */
export function mapPhones({ account, phones }: SourcePerson, report: ImportReport): Belonging<ImportedPhone>[] {
  return phones.flatMap((phone) => {
    const verifiedAt = isoTime(phone.validated_at);
    if (verifiedAt === null) {
      report.count('phones left out, never verified');
      return [];
    }
    const number = parsePhoneNumber(phone.number);
    if (number === null) {
      report.find('phone.invalid', subjectOf(account));
      return [];
    }
    const { e164, country: code } = number;
    return [{ number: e164, countryCode: code, verifiedAt, createdAt: isoTimeOrEpoch(phone.created_at) }];
  });
}

/** Barong looked at the first profile of an account, if there were several. */
export function mapProfile(person: SourcePerson, report: ImportReport): Belonging<ImportedProfile> | undefined {
  const subject = subjectOf(person.account);
  const [profile, ...others] = person.profiles;
  for (const _ of others) report.find('profile.second', subject);
  if (!profile) return undefined;
  const texts = textsOf(profile);
  if (texts === undefined) return void report.find('profile.incomplete', subject);
  const metadata = metadataOf(profile);
  if (metadata === undefined) report.find('profile.metadata', subject);
  const state = profileStateOf(profile);
  if (state === undefined) report.find('profile.state_unknown', subject);
  const [createdAt, updatedAt] = [isoTimeOrEpoch(profile.created_at), isoTimeOrEpoch(profile.updated_at)];
  const isDecided = state === 'approved' || state === 'rejected';
  return {
    ...texts,
    countryCode: countryCode(texts.country) ?? null,
    metadata: metadata ?? {},
    state: state ?? 'pending',
    reviewedAt: isDecided ? updatedAt : null,
    createdAt,
    updatedAt,
  };
}

/** `created` is a profile before its first document: nobody has decided. */
export function profileStateOf({ state }: SourceProfile): ProfileState | undefined {
  return state === 'created' ? 'pending' : PROFILE_STATES.find((each) => each === state);
}

type ProfileFields = Pick<
  ImportedProfile,
  'firstName' | 'lastName' | 'dob' | 'address' | 'postcode' | 'city' | 'country'
>;

function textsOf({ first_name, last_name, dob, address, postcode, city, country }: SourceProfile) {
  const given = { first_name, last_name, address, city, country };
  if (dob === null || !isCalendarDate(dob)) return undefined;
  if (Object.values(given).some((text) => text === null || text.trim() === '')) return undefined;
  const texts = { ...(given as Record<keyof typeof given, string>), postcode: postcode ?? '' };
  if (!Object.values(texts).every(isStorable) || lengthProblems(texts).length > 0) return undefined;
  return {
    firstName: texts.first_name.trim(),
    lastName: texts.last_name.trim(),
    dob,
    address: texts.address.trim(),
    postcode: texts.postcode.trim(),
    city: texts.city.trim(),
    country: texts.country.trim(),
  } satisfies ProfileFields;
}

/** Undefined for what may not be kept here. Rails writes JSON, and `null` for nothing. */
function metadataOf({ metadata }: SourceProfile): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(metadata ?? 'null') ?? {};
    return isPlainData(data, METADATA_LIMITS) ? data : undefined;
  } catch {
    return undefined;
  }
}

import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { EventsService } from '../events/events.service.js';
import { Database } from '../infra/database/database.service.js';
import { countryCode } from './country.js';
import { profileEventRecord, type ProfileEventRecord } from './profile-event-record.js';
import { PROFILE_COLUMNS, type ProfileRow } from './profile-row.js';
import { lengthProblems, type ProfileTexts } from './profile-rules.js';
import { ProfileErrors } from './profiles.errors.js';

/** What a person sends to prove who they are. */
export interface ProfileSubmission extends ProfileTexts {
  /** A day of the calendar, `yyyy-mm-dd`. */
  dob: string;
  metadata?: Record<string, unknown>;
}

const YOUNGEST = 18;
const OLDEST = 120;

/** Age counts on the database's day, so that all replicas agree. Who is 120 is that until the day before turning 121. */
const HAS_AGE = `SELECT $1::date <= current_date - interval '${YOUNGEST} years'
  AND $1::date > current_date - interval '${OLDEST + 1} years' AS fits`;

/** One profile an account; only a rejected one may be sent again. One statement, so that parallel ones can't both win. */
const SUBMIT = `
  INSERT INTO profiles
    (account_id, first_name, last_name, dob, address, postcode, city, country, country_code, metadata)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (account_id) DO UPDATE SET
    first_name = excluded.first_name, last_name = excluded.last_name, dob = excluded.dob,
    address = excluded.address, postcode = excluded.postcode, city = excluded.city, country = excluded.country,
    country_code = excluded.country_code, metadata = excluded.metadata,
    state = 'pending', reason = NULL, reviewed_by = NULL, reviewed_at = NULL, submitted_at = now(), updated_at = now()
  WHERE profiles.state = 'rejected'
  RETURNING xmax <> 0 AS again, ${profileEventRecord('$11::text')} AS record,
    (SELECT ${profileEventRecord('$11::text')} FROM profiles WHERE account_id = $1) AS before`;

interface Submitted {
  again: boolean;
  record: ProfileEventRecord;
  /** What the statement found; null when there was none. */
  before: ProfileEventRecord | null;
}

/** Profiles as their owners see them. */
@Injectable()
export class ProfilesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly events: EventsService,
  ) {}

  /** Null when the account has none. */
  async findOf(accountId: string): Promise<ProfileRow | null> {
    const rows = await this.database.query<ProfileRow>(
      'profile-of-account',
      `SELECT ${PROFILE_COLUMNS} FROM profiles WHERE account_id = $1`,
      [accountId],
    );
    return rows[0] ?? null;
  }

  /** @throws AppError 400 for an age out of range, 422 for texts too long, 409 while a profile waits or is approved */
  async submit(principal: Principal, profile: ProfileSubmission, origin: RequestOrigin): Promise<void> {
    await this.assertAge(profile.dob);
    const problems = lengthProblems(profile);
    if (problems.length > 0) throw ProfileErrors.invalid(problems);
    const { id, uid } = principal.account;
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<Submitted[]>(SUBMIT, [...valuesOf(id, profile), uid]);
      if (!row) throw ProfileErrors.alreadyExists();
      const details = { again: row.again, by: principal.clientId };
      await this.audit.record(tx, { action: 'profile.submitted', actor: uid, target: uid, origin, details });
      if (row.before) await this.events.recordUpdate(tx, 'profile', row.before, row.record);
      else await this.events.record(tx, { name: 'model.profile.created', record: row.record });
    });
  }

  private async assertAge(dob: string): Promise<void> {
    const [row] = await this.database.query<{ fits: boolean }>('profile-age', HAS_AGE, [dob]);
    if (!row?.fits) throw ProfileErrors.invalidBirthDate();
  }
}

function valuesOf(accountId: string, profile: ProfileSubmission): unknown[] {
  return [
    accountId,
    profile.first_name.trim(),
    profile.last_name.trim(),
    profile.dob,
    profile.address.trim(),
    (profile.postcode ?? '').trim(),
    profile.city.trim(),
    profile.country,
    countryCode(profile.country) ?? null,
    profile.metadata ?? {},
  ];
}

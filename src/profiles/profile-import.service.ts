import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ProfileState } from './profile-row.js';

/** A profile of another server. Times are ISO 8601. */
export interface ImportedProfile {
  accountId: string;
  firstName: string;
  lastName: string;
  /** `yyyy-mm-dd` */
  dob: string;
  address: string;
  postcode: string;
  city: string;
  country: string;
  countryCode: string | null;
  metadata: Record<string, unknown>;
  state: ProfileState;
  /** Null while nobody decided. */
  reviewedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** Profiles that come with accounts of another server, with what its reviewers decided. */
@Injectable()
export class ProfileImportService {
  /** @param profiles of new accounts, one each */
  async add(tx: EntityManager, profiles: ImportedProfile[]): Promise<void> {
    await tx.query(
      `INSERT INTO profiles (account_id, first_name, last_name, dob, address, postcode, city, country, country_code,
         metadata, state, reviewed_at, submitted_at, created_at, updated_at)
       SELECT "accountId", "firstName", "lastName", dob, address, postcode, city, country, "countryCode",
         metadata, state, "reviewedAt", "createdAt", "createdAt", "updatedAt"
       FROM json_to_recordset($1) AS given("accountId" bigint, "firstName" text, "lastName" text, dob date, address text,
         postcode text, city text, country text, "countryCode" text, metadata jsonb, state text,
         "reviewedAt" timestamptz, "createdAt" timestamptz, "updatedAt" timestamptz)`,
      [JSON.stringify(profiles)],
    );
  }
}

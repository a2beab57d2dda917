export const PROFILE_STATES = ['pending', 'approved', 'rejected'] as const;
export type ProfileState = (typeof PROFILE_STATES)[number];

/** dob as text, so that no time zone moves it. */
export const PROFILE_COLUMNS = `
  profiles.first_name, profiles.last_name, to_char(profiles.dob, 'YYYY-MM-DD') AS dob, profiles.address,
  profiles.postcode, profiles.city, profiles.country, profiles.country_code, profiles.metadata, profiles.state,
  profiles.reason, profiles.reviewed_by, profiles.reviewed_at, profiles.submitted_at, profiles.updated_at`;

/** Who a person says they are, and what the reviewers say to it. */
export interface ProfileRow {
  first_name: string;
  last_name: string;
  /** `yyyy-mm-dd` */
  dob: string;
  address: string;
  postcode: string;
  city: string;
  /** As sent: a name or a code. */
  country: string;
  /** ISO 3166-1 alpha-2; null when the country was not recognised. */
  country_code: string | null;
  metadata: Record<string, unknown>;
  state: ProfileState;
  /** Why it was rejected. */
  reason: string | null;
  /** Uid. */
  reviewed_by: string | null;
  reviewed_at: Date | null;
  submitted_at: Date;
  updated_at: Date;
}

/** A profile with whose it is, for reviewers. */
export interface ReviewedProfile extends ProfileRow {
  uid: string;
  email: string;
  level: number;
}

export const REVIEWED_PROFILES = `
  SELECT accounts.uid, accounts.email, accounts.level, ${PROFILE_COLUMNS}
  FROM profiles JOIN accounts ON accounts.id = profiles.account_id`;

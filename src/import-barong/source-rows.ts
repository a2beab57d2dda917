/** Rows of Barong 1.7's database, in its names. Times are texts in UTC, ids are texts. */
export interface SourceAccount {
  id: string;
  uid: string;
  email: string;
  encrypted_password: string;
  confirmed_at: string | null;
  role: string;
  level: number;
  otp_enabled: number | null;
  state: string;
  created_at: string;
  updated_at: string;
}

export interface SourceLabel {
  account_id: string;
  key: string;
  value: string;
  scope: string;
  created_at: string;
  updated_at: string;
}

export interface SourcePhone {
  account_id: string;
  number: string;
  validated_at: string | null;
  created_at: string;
}

export interface SourceProfile {
  account_id: string;
  first_name: string | null;
  last_name: string | null;
  dob: string | null;
  address: string | null;
  postcode: string | null;
  city: string | null;
  country: string | null;
  state: string;
  /** JSON. */
  metadata: string | null;
  created_at: string;
  updated_at: string;
}

export interface SourceDocument {
  id: string;
  account_id: string;
  /** Name of the file. */
  upload: string | null;
  doc_type: string | null;
  doc_number: string | null;
  doc_expire: string | null;
  created_at: string;
  updated_at: string;
}

export interface SourceApplication {
  id: string;
  uid: string;
  name: string;
  secret: string;
  /** Several, with white space between. */
  redirect_uri: string;
  scopes: string;
  skipauth: number | null;
}

export interface SourceWebsite {
  id: string;
  domain: string | null;
  title: string | null;
}

/** An account with all that is its own. */
export interface SourcePerson {
  account: SourceAccount;
  labels: SourceLabel[];
  phones: SourcePhone[];
  profiles: SourceProfile[];
  documents: SourceDocument[];
  /** There is more of something than is read. */
  hasMore: boolean;
}

type ColumnsOf<Row> = readonly (keyof Row & string)[];
const columns = <Row>(...names: ColumnsOf<Row>): ColumnsOf<Row> => names;

/** All that is read, and what has to be there. */
export const SOURCE_COLUMNS = {
  accounts: columns<SourceAccount>(
    ...(['id', 'uid', 'email', 'encrypted_password', 'confirmed_at', 'role', 'level'] as const),
    ...(['otp_enabled', 'state', 'created_at', 'updated_at'] as const),
  ),
  labels: columns<SourceLabel>('account_id', 'key', 'value', 'scope', 'created_at', 'updated_at'),
  phones: columns<SourcePhone>('account_id', 'number', 'validated_at', 'created_at'),
  profiles: columns<SourceProfile>(
    ...(['account_id', 'first_name', 'last_name', 'dob', 'address', 'postcode', 'city', 'country'] as const),
    ...(['state', 'metadata', 'created_at', 'updated_at'] as const),
  ),
  documents: columns<SourceDocument>(
    ...(['id', 'account_id', 'upload', 'doc_type', 'doc_number', 'doc_expire', 'created_at', 'updated_at'] as const),
  ),
  oauth_applications: columns<SourceApplication>('id', 'uid', 'name', 'secret', 'redirect_uri', 'scopes', 'skipauth'),
  websites: columns<SourceWebsite>('id', 'domain', 'title'),
};

export type SourceTable = keyof typeof SOURCE_COLUMNS;

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import bcrypt from 'bcrypt';
import type { Connection } from 'mysql2/promise';

type Value = string | number | null;
export type Row = Record<string, Value>;

/** Before this server was thought of. */
const THEN = '2018-05-04 03:02:01';
const COST = 4;

/** A hash as Ruby writes it; the prefixes name one algorithm. */
export const devise = (password: string, prefix = '$2a$') => bcrypt.hashSync(password, COST).replace('$2b$', prefix);

/** Adds rows, and returns the id of the first one. */
export async function insert(source: Connection, table: string, ...rows: Row[]): Promise<number> {
  const columns = [...Object.keys(rows[0] ?? {}), 'created_at', 'updated_at'];
  const values = rows.map((row) => [...Object.values(row), THEN, THEN]);
  const [result] = await source.query(`INSERT INTO ${table} (??) VALUES ?`, [columns, values]);
  return (result as { insertId: number }).insertId;
}

export interface Belongings {
  labels?: Row[];
  phones?: Row[];
  profiles?: Row[];
  documents?: Row[];
}

let people = 0;

/** A confirmed, active member of level 1 with what is given of it. @returns uid, and id there */
export async function person(
  source: Connection,
  given: Row,
  belongings: Belongings = {},
): Promise<{ uid: string; id: number; documents: number[] }> {
  people += 1;
  const uid = `ID${people.toString(16).toUpperCase().padStart(10, '0')}`;
  const account = { uid, email: `${uid}@example.com`, encrypted_password: '', confirmed_at: THEN, role: 'member' };
  const id = await insert(source, 'accounts', { ...account, level: 1, otp_enabled: 0, state: 'active', ...given });
  const documents: number[] = [];
  for (const [table, rows] of Object.entries(belongings) as [string, Row[]][]) {
    for (const row of rows) {
      const rowId = await insert(source, table, { account_id: id, ...row });
      if (table === 'documents') documents.push(rowId);
    }
  }
  return { uid, id, documents };
}

export const profile = (given: Row = {}): Row => ({
  ...{ first_name: 'Zoë', last_name: 'O’Neill', dob: '1980-02-29', address: '1 Main Street', postcode: '01001' },
  ...{ city: 'Kyiv', country: 'ua', state: 'approved', metadata: '{"occupation":"engineer"}' },
  ...given,
});

export const passport = (upload: string | null, given: Row = {}): Row => ({
  ...{ doc_type: 'Passport', doc_number: 'AB 123456', doc_expire: '2019-01-31', upload },
  ...given,
});

/** Puts a file where Barong keeps that of a document. @returns its path */
export async function upload(root: string, id: number, name: string, bytes: Buffer): Promise<string> {
  const folder = path.join(root, 'document', 'upload', String(id));
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), bytes);
  return path.join(folder, name);
}

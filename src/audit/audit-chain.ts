import { createHash } from 'node:crypto';

/** What a seal covers: every column of an entry. */
export interface SealedEntry {
  id: string;
  /** RFC 3339, UTC, with microseconds. */
  at: string;
  actor_uid: string | null;
  action: string;
  target: string | null;
  ip: string | null;
  /** In hex. */
  user_agent_hash: string | null;
  request_id: string | null;
  details: unknown;
}

/** The columns in the form that is hashed; `entry` is the table's name in the query. */
export const SEALED_COLUMNS = `
  entry.id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, entry.actor_uid, entry.action,
  entry.target, entry.ip, encode(entry.user_agent_hash, 'hex') AS user_agent_hash, entry.request_id, entry.details`;

/** What the first seal follows. */
export const CHAIN_START: Buffer = Buffer.alloc(32);

/** The seal of an entry that follows another: SHA-256(seal before it ‖ canonical JSON of the entry). */
export function sealOf(entry: SealedEntry, previous: Buffer): Buffer {
  const { id, at, actor_uid, action, target, ip, user_agent_hash, request_id, details } = entry;
  const text = canonicalJson({ id, at, actor_uid, action, target, ip, user_agent_hash, request_id, details });
  return createHash('sha256').update(previous).update(text).digest();
}

/** JSON with the keys of every object in order, without spaces: one text for one value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

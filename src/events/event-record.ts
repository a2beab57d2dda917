import { isDeepStrictEqual } from 'node:util';

/** What an event tells of a row: snake_case names, times in ISO 8601. */
export type EventRecord = Record<string, unknown>;

/**
 * SQL of a JSON object, to be read as an EventRecord: rows become records in the statement that writes them. Fields come
 * in the order given; names and expressions are ours, never a caller's.
 */
export function recordSql(fields: Record<string, string>): string {
  return `json_build_object(${Object.entries(fields)
    .map(([name, expression]) => `'${name}', ${expression}`)
    .join(', ')})`;
}

/** SQL of a time as ISO 8601 in UTC, to the millisecond. */
export function timeSql(expression: string): string {
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** What changed, with the values of before; null for what was not set. */
export function oldValues(before: EventRecord, after: EventRecord): EventRecord {
  return Object.fromEntries(Object.entries(before).filter(([name, value]) => !isDeepStrictEqual(value, after[name])));
}

export function withoutNulls(record: EventRecord): EventRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

/** A time of the other database, which is in UTC, as ISO 8601; null for none and for MySQL's zero dates. */
export function isoTime(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?$/.test(text)) return null;
  const iso = `${text.replace(' ', 'T')}Z`;
  return text.startsWith('0000') || Number.isNaN(Date.parse(iso)) ? null : iso;
}

/** As above for times that are always there; what can't be read is as old as can be. */
export function isoTimeOrEpoch(text: string | null): string {
  return isoTime(text) ?? '1970-01-01T00:00:00Z';
}

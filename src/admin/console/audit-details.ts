/** One thing about an entry; a change reads `before → after`. */
export interface DetailLine {
  /** Empty for the one thing that an entry is about. */
  name: string;
  text: string;
}

/** What an entry holds, as lines that a person reads. There are no secrets in entries. */
export function detailLines({ before, after, ...others }: Record<string, unknown>): DetailLine[] {
  const lines = Object.entries(others).map(([name, value]) => ({ name: inWords(name), text: textOf(value) }));
  return [...changeLines(before, after), ...lines];
}

function changeLines(before: unknown, after: unknown): DetailLine[] {
  if (before === undefined && after === undefined) return [];
  if (!isObject(before ?? {}) || !isObject(after ?? {})) return [{ name: '', text: changeOf(before, after) }];
  const [from, to] = [(before ?? {}) as Fields, (after ?? {}) as Fields];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names.map((name) => ({ name: inWords(name), text: changeOf(from[name], to[name]) }));
}

type Fields = Record<string, unknown>;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const inWords = (name: string): string => name.replaceAll('_', ' ');

function changeOf(before: unknown, after: unknown): string {
  return [before, after]
    .filter((value) => value !== undefined)
    .map(textOf)
    .join(' → ');
}

function textOf(value: unknown): string {
  if (value === null || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(textOf).join(', ');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value as Fields).map(([name, inner]) => `${inWords(name)}: ${textOf(inner)}`);
  return fields.join('; ');
}

const SHORTEST = 3;
const LONGEST = 255;
const FORMATS = { key: /^[a-z0-9_-]+$/, value: /^[A-Za-z0-9_-]+$/ };
const NAMES = { key: 'Key', value: 'Value' };

type Field = keyof typeof FORMATS;

/** What is wrong with the fields of a label, in sentences by field; empty when nothing is. */
export function labelProblems(fields: Partial<Record<Field, string>>): Record<string, string[]> {
  const problems = (['key', 'value'] as const).map((field) => [field, problemsOf(field, fields[field])] as const);
  return Object.fromEntries(problems.filter(([, sentences]) => sentences.length > 0));
}

/** Whether a label can have this key at all; what comes in a path may be anything. */
export function isLabelKey(key: string): boolean {
  return problemsOf('key', key).length === 0;
}

function problemsOf(field: Field, text: string | undefined): string[] {
  if (text === undefined) return [];
  const length = [...text].length;
  return [
    ...(FORMATS[field].test(text) ? [] : [`${NAMES[field]} is invalid`]),
    ...(length < SHORTEST ? [`${NAMES[field]} is too short (minimum is ${SHORTEST} characters)`] : []),
    ...(length > LONGEST ? [`${NAMES[field]} is too long (maximum is ${LONGEST} characters)`] : []),
  ];
}

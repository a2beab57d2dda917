export interface DataLimits {
  /** Objects within objects, the outermost counted. */
  maxDepth: number;
  /** Of the JSON text, in bytes of UTF-8. */
  maxBytes: number;
}

/** Keys that would reach an object's prototype if the data were ever merged into another object (CONTROLS C-52). */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether PostgreSQL can keep the text: it takes neither NUL nor half a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Whether a value is an object of texts, numbers and such objects, within the limits. */
export function isPlainData(value: unknown, limits: DataLimits): value is Record<string, unknown> {
  return isPlainObject(value, limits.maxDepth) && Buffer.byteLength(JSON.stringify(value), 'utf8') <= limits.maxBytes;
}

function isPlainObject(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) return false;
  return Object.entries(value).every(
    ([key, inner]) => isStorable(key) && !FORBIDDEN_KEYS.has(key) && (isLeaf(inner) || isPlainObject(inner, depth - 1)),
  );
}

function isLeaf(value: unknown): boolean {
  return typeof value === 'string' ? isStorable(value) : Number.isFinite(value);
}

const MAX_DEPTH = 8;
const MAX_KEYS = 200;
/** Keys that would reach an object's prototype if a body were ever merged into another object (CONTROLS C-52). */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a parsed body is an object of bearable size: not deep, not many keys, no key that names a prototype. */
export function isAcceptableBody(body: unknown): body is Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  let keys = 0;
  const isAcceptable = (value: unknown, depth: number): boolean => {
    if (typeof value !== 'object' || value === null) return true;
    if (depth > MAX_DEPTH) return false;
    return Object.entries(value).every(([key, inner]) => {
      keys += 1;
      return keys <= MAX_KEYS && !FORBIDDEN_KEYS.has(key) && isAcceptable(inner, depth + 1);
    });
  };
  return isAcceptable(body, 1);
}

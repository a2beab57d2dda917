/** `ECONNREFUSED`, `23505`, `account.taken`, `TimeoutError`, `404`. */
const WORD = /^[\w.]{1,60}$/;

/** The code or the class of an error, whichever it has; never its message, which may repeat what was sent. */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error';
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: { code?: unknown } };
  // fetch says only "fetch failed"; what happened is in the cause.
  const words = [code, cause?.code, name].filter((word) => typeof word === 'string' || typeof word === 'number');
  return words.map(String).find((word) => WORD.test(word)) ?? 'Error';
}

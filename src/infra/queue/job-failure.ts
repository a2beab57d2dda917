/** What error classes and codes look like: `Error`, `ECONNREFUSED`, `EAUTH`, `23505`. */
const WORD = /^[A-Za-z0-9_]{1,40}$/;
/** SMTP and HTTP statuses that some libraries put on their errors. */
const STATUS_KEYS = ['responseCode', 'status', 'statusCode'] as const;

/** How long a recorded failure may be; longer ones were not made here. */
const LONGEST = 130;

/**
 * What is kept of a failed job's error: its class, code and status, such as `Error EENVELOPE 550`. Messages are not:
 * mail servers repeat the address in them (CONTROLS C-59).
 */
export class JobFailure extends Error {
  constructor(error: unknown) {
    super(describe(error));
    this.name = 'JobFailure';
  }
}

/** The recorded failure of a job, or `Error` when it was recorded by something that keeps whole messages. */
export function recordedFailure(lastError: string | null): string {
  const isOurs = lastError !== null && lastError.length <= LONGEST && lastError.split(' ').every((w) => WORD.test(w));
  return isOurs ? lastError : 'Error';
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error';
  const fields = error as Record<string, unknown> & { name?: unknown; code?: unknown };
  const status = STATUS_KEYS.map((key) => fields[key]).find((value) => typeof value === 'number');
  const words = [fields.name, fields.code, status].filter(
    (word) => typeof word === 'string' || typeof word === 'number',
  );
  const known = words.map(String).filter((word) => WORD.test(word));
  return known.length > 0 ? known.join(' ') : 'Error';
}

import { AppError } from '../../common/app-error.js';
import { RequestErrors } from '../../common/request-errors.js';

interface PgError {
  code?: string;
  constraint?: string;
  message?: string;
}

/** TypeORM wraps the driver's error; both are looked at. */
function pgErrorOf(error: unknown): PgError {
  const driverError = (error as { driverError?: PgError } | null)?.driverError;
  return driverError ?? (error as PgError | null) ?? {};
}

/** Name of the unique constraint that the statement ran into, if that was what went wrong. */
export function violatedUniqueConstraint(error: unknown): string | undefined {
  const { code, constraint } = pgErrorOf(error);
  return code === '23505' ? constraint : undefined;
}

/** Whether the database refused the values (SQLSTATE 22) or a constraint did (23): the same statement never succeeds. */
export function refusesData(error: unknown): boolean {
  return /^2[23]/.test(pgErrorOf(error).code ?? '');
}

/** Whether a statement was ended because it took longer than statement_timeout lets it, or by hand. */
export function ranTooLong(error: unknown): boolean {
  return pgErrorOf(error).code === '57014';
}

/**
 * SQLSTATEs after which the same request may well succeed: connection exceptions (08), resources (53),
 * shutdown and start-up (57P), statement and lock time-outs, serialisation, a demoted primary (25006).
 */
const TRANSIENT_STATE = /^(08|53|57P|57014|55P03|40001|40P01|25006|25P03)/;
const CONNECTION_CODES = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];
const CONNECTION_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end',
];

/** Whether the database is away or too busy, as opposed to having refused what it was asked. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code = '', message = '' } = pgErrorOf(error);
  if (TRANSIENT_STATE.test(code)) return true;
  if (CONNECTION_CODES.includes(code) && (error as { syscall?: string }).syscall !== 'open') return true;
  return CONNECTION_MESSAGES.some((text) => message.includes(text));
}

const FOREIGN_KEY_VIOLATION = '23503';

/** For the error filter: a database that is away is a 503, and what was deleted while a request ran is a 404. */
export function translateDatabaseError(error: unknown): AppError | undefined {
  if (pgErrorOf(error).code === FOREIGN_KEY_VIOLATION) return RequestErrors.notFound();
  return isDatabaseUnavailable(error) ? RequestErrors.unavailable() : undefined;
}

import { AppError } from '../common/app-error.js';
import { ConfigError } from '../config/config.js';
import { SealError } from '../infra/crypto/cipher.service.js';
import { EmbeddedPostgresError } from '../infra/embedded-postgres/embedded-postgres-error.js';
import { DatabaseUnreachableError } from './database.js';
import { SeedError } from './seed-file.js';

const UNDEFINED_TABLE = '42P01';

/** What a person who starts the server or a command is told: lines that say what to mend, or undefined for a fault of ours. */
export function startUpProblem(error: unknown): string | undefined {
  if (error instanceof ConfigError) {
    return ['The settings are not good:', ...error.problems.map((problem) => `  - ${problem}`)].join('\n');
  }
  if (
    error instanceof EmbeddedPostgresError ||
    error instanceof DatabaseUnreachableError ||
    error instanceof SeedError
  ) {
    return error.message;
  }
  if (error instanceof SealError) return `SECRET_KEY is not the one that this database was made with: ${error.message}`;
  if (error instanceof AppError) return error.sentences.join('\n');
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') return `Port ${port} is taken; stop what listens there or set PORT to another`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened by this user; set PORT to another`;
  if (code === 'EADDRNOTAVAIL') return `HOST ${address} is no address of this machine`;
  if (code === UNDEFINED_TABLE) return 'The database is not migrated; run: npm run cli -- migrate';
  return undefined;
}

/** Tells what went wrong and ends the process with 1. */
export function failToStart(error: unknown): never {
  const problem = startUpProblem(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

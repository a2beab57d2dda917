import { AppError } from '../common/app-error.js';
import { ConfigError } from '../config/config.js';
import { SealError } from '../infra/crypto/cipher.service.js';
import { EmbeddedPostgresError } from '../infra/embedded-postgres/embedded-postgres-error.js';
import { ImportError } from '../import-barong/import-error.js';
import { PoolerError } from '../infra/database/pooler.js';
import { DatabaseUnreachableError } from './database.js';
import { SeedError } from './seed-file.js';

const UNDEFINED_TABLE = '42P01';
/** What pgbouncer says to the time-outs that PostgreSQL itself is given. */
const REFUSED_BY_POOLER = /unsupported startup parameter/;
/** Errors whose message is a sentence for the operator. */
const TOLD_AS_THEY_ARE = [EmbeddedPostgresError, DatabaseUnreachableError, PoolerError, SeedError, ImportError];

/** What a person who starts the server or a command is told: lines that say what to mend, or undefined for a fault of ours. */
export function startUpProblem(error: unknown): string | undefined {
  if (error instanceof ConfigError) {
    return ['The settings are not good:', ...error.problems.map((problem) => `  - ${problem}`)].join('\n');
  }
  if (TOLD_AS_THEY_ARE.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof SealError) return `SECRET_KEY is not the one that this database was made with: ${error.message}`;
  if (error instanceof AppError) return error.sentences.join('\n');
  const { code, message = '' } = error as { code?: string; message?: string };
  if (REFUSED_BY_POOLER.test(message))
    return 'DATABASE_URL leads to pgbouncer: docs/postgresql.md says how to end it in ?pgbouncer=true';
  if (code === UNDEFINED_TABLE) return 'The database is not migrated; run: npm run cli -- migrate';
  return listenProblem(error);
}

function listenProblem(error: unknown): string | undefined {
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') return `Port ${port} is taken; stop what listens there or set PORT to another`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened by this user; set PORT to another`;
  if (code === 'EADDRNOTAVAIL') return `HOST ${address} is no address of this machine`;
  return undefined;
}

/** Tells what went wrong and ends the process with 1. */
export function failToStart(error: unknown): never {
  const problem = startUpProblem(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

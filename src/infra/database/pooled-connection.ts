import type pg from 'pg';
import { DatabaseConnection } from './database-connection.js';

/** What is asked of a connection, as far as it matters here. */
interface Asked {
  name?: unknown;
  /** Of what asks by itself, such as a cursor. */
  submit?: unknown;
}

/**
 * A connection to a pooler that gives each transaction another connection to PostgreSQL (`?pgbouncer=true`). Nothing is
 * left behind in one that the next transaction would look for, or somebody else find: no statement has a name, and the
 * time-outs, which pgbouncer takes from nobody, are its own settings (docs/postgresql.md). We wait as long as those say.
 */
export class PooledConnection extends DatabaseConnection {
  constructor(config: pg.ClientConfig = {}) {
    const { statement_timeout, lock_timeout: _lock, idle_in_transaction_session_timeout: _idle, ...others } = config;
    super(others, Number(statement_timeout || 0));
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    this.query = ((asked: unknown, ...rest: unknown[]) => query(withoutName(asked), ...rest)) as pg.Client['query'];
  }
}

function withoutName(asked: unknown): unknown {
  const { name, submit } = (asked ?? {}) as Asked;
  return name === undefined || submit !== undefined ? asked : { ...(asked as object), name: undefined };
}

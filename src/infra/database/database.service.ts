import { Injectable } from '@nestjs/common';
import type { Pool, QueryResultRow } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { isTracing } from '../tracing/spans.js';
import { DatabaseConnection } from './database-connection.js';
import { JointTransaction, type JointWork } from './joint-transaction.js';
import { tracePool } from './statement-spans.js';

/**
 * The database for hot paths: one named statement, prepared once a connection, without an ORM between.
 * Writes that belong together use `transaction` and hand its EntityManager on.
 */
@Injectable()
export class Database {
  constructor(private readonly dataSource: DataSource) {
    if (isTracing()) tracePool(this.pool);
  }

  /** Runs a statement under a name that belongs to exactly this text. */
  async query<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const result = await this.pool.query<Row>({ name, text, values });
    return result.rows;
  }

  /** One transaction; everything done through the given manager is kept or dropped together. */
  transaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return JointTransaction.current?.transaction(work) ?? this.dataSource.transaction(work);
  }

  /** All transactions of the work become one, which is committed at its end. */
  jointly<T>(work: JointWork<T>): Promise<T> {
    return JointTransaction.around(this.dataSource, work);
  }

  /** New connections instead of those that nobody uses just now: the database may have moved. */
  renewConnections(): void {
    DatabaseConnection.renewIdle();
  }

  /** Of the pool that requests use; `waiting` are queries without a connection. */
  get load(): { size: number; open: number; idle: number; waiting: number } {
    const { options, totalCount: open, idleCount: idle, waitingCount: waiting } = this.pool;
    return { size: options.max, open, idle, waiting };
  }

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

import { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import { directPoolConfig } from './connection.js';
import { dataSourceOptions } from './data-source-options.js';

/** Settings of one connection whose statements may take longer than any request's; waiting for a lock may not. */
export const longWorkSettings = (config: Config) => ({ ...directPoolConfig(config, 1), statement_timeout: 0 });

/** Runs an operator's work, such as a migration, on such a connection to PostgreSQL itself. */
export async function withLongWork<T>(config: Config, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await new DataSource(dataSourceOptions(config, longWorkSettings(config))).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

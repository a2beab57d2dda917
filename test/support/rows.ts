import type { TestApp } from './app.js';

/** Numbers of rows in the tables that requests write, to see that a refused request left nothing behind. */
export async function rowCounts(server: TestApp): Promise<Record<string, number>> {
  const counts = [...TABLES, 'graphile_worker._private_jobs'].map(
    (table) => `(SELECT count(*)::int FROM ${table}) AS "${table}"`,
  );
  const [row] = await server.sql<Record<string, number>>(`SELECT ${counts.join(', ')}`);
  return row ?? {};
}

const TABLES = ['accounts', 'credentials', 'email_confirmations', 'password_resets', 'sessions', 'outbox_messages'];

import type { SettingsReader } from './parse.js';

/** Metrics are for operators: never on the port that the public reaches. */
export function readMetricsPort(read: SettingsReader, publicPort: number): number | undefined {
  const port = read.integer('METRICS_PORT', undefined, 1, 65535);
  if (port === publicPort) read.problems.push('METRICS_PORT must be another port than PORT');
  return port;
}

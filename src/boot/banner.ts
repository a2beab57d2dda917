import type { Config } from '../config/config.js';
import type { SeedResult } from './seed.js';

/** What a newcomer needs to know to take the next step. */
export function banner(config: Config, seeded: SeedResult): string {
  const { publicUrl, adminEmail } = config;
  const password = seeded.admin?.password;
  const admin = password
    ? `${seeded.admin?.email}  password: ${password}   (shown this once)`
    : `${adminEmail}  password: as set or shown at the first start`;
  return [
    '',
    `  ${config.appName} is ready (${config.environment})`,
    '',
    `  Server    ${publicUrl}`,
    `  API       ${publicUrl}/api/docs`,
    `  Outbox    ${publicUrl}/dev/outbox`,
    `  Admin     ${admin}`,
    '',
    '  Get a first token:',
    '',
    `    curl -s ${publicUrl}/api/v1/sessions -d email=${adminEmail} \\`,
    `      -d password=${password ?? "'<password>'"} -d application_id=local-demo`,
    '',
    '',
  ].join('\n');
}

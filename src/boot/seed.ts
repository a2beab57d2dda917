import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { AccountSetupService } from '../accounts/account-setup.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApplicationsService } from '../applications/applications.service.js';
import type { Config } from '../config/config.js';
import { exclusively } from '../infra/database/exclusively.js';
import { readSeedFile } from './seed-file.js';

/** Held while seeding: servers that start together would all find the same things missing. */
const SEED_LOCK = 7_264_010;

export interface SeedResult {
  /** The first admin, if this run made it. The password is told when it was made up here. */
  admin?: { email: string; password?: string };
  /** Uids of applications that this run made. */
  applications: string[];
}

/** Creates what is missing: the first admin and the applications of the seed file. Running it again changes nothing. */
export function seed(app: INestApplicationContext, config: Config): Promise<SeedResult> {
  return exclusively(config, SEED_LOCK, async () => {
    const applications = await seedApplications(app, config);
    const admin = await seedAdmin(app, config);
    return { applications, ...(admin && { admin }) };
  });
}

async function seedApplications(app: INestApplicationContext, config: Config): Promise<string[]> {
  if (config.seedFile === undefined) return [];
  const service = app.get(ApplicationsService);
  const made: string[] = [];
  for (const application of readSeedFile(config.seedFile, config.isProduction)) {
    if (await service.findByUid(application.uid)) continue;
    await service.create(application, null);
    made.push(application.uid);
  }
  return made;
}

async function seedAdmin(app: INestApplicationContext, config: Config): Promise<SeedResult['admin']> {
  if (config.adminEmail === undefined || (await app.get(AccountsService).hasAdmin())) return undefined;
  const madeUp = config.adminPassword === undefined ? randomBytes(18).toString('base64url') : undefined;
  const password = config.adminPassword ?? madeUp ?? '';
  await app.get(AccountSetupService).create({ email: config.adminEmail, password, role: 'admin' });
  return { email: config.adminEmail, ...(madeUp !== undefined && { password: madeUp }) };
}

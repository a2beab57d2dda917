import type { Command } from 'commander';
import { seed } from '../boot/seed.js';
import { migrate } from '../infra/database/migrate.js';
import { print, withApp, withDatabase } from './context.js';

/** `migrate`, `seed`. */
export function databaseCommands(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(() =>
      withDatabase(async (config) => {
        const ran = await migrate(config);
        for (const name of ran) print(`migrated ${name}`);
        if (ran.length === 0) print('the database is up to date');
      }),
    );
  program
    .command('seed')
    .description('create the first admin (ADMIN_EMAIL) and the applications of SEED_FILE where they are missing')
    .action(() =>
      withApp(async (app, config) => {
        const { admin, applications } = await seed(app, config);
        for (const uid of applications) print(`application ${uid} created`);
        if (admin) print(`admin ${admin.email} created${admin.password ? `, password: ${admin.password}` : ''}`);
        if (!admin && applications.length === 0) print('nothing was missing');
      }),
    );
}

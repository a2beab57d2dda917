import { createServer } from 'node:net';
import { createApp } from '../app.js';
import { Config } from '../config/config.js';
import { migrate } from '../infra/database/migrate.js';
import { assertPoolerHasTimeouts } from '../infra/database/pooler.js';
import { banner } from './banner.js';
import { openDatabase } from './database.js';
import { drainOnSignal } from './drain.js';
import { installLastResort } from './last-resort.js';
import { seed } from './seed.js';

/** Starts the server. Outside production it also brings the database, its schema and the seed along. */
export async function start(): Promise<void> {
  const config = Config.load();
  const isDevelopment = !config.isProduction;
  // Before anything is touched: whoever has the port may be using the same data directory.
  await assertPortIsFree(config);
  const database = await openDatabase(config, (line) => process.stdout.write(`${line}\n`));
  try {
    await assertPoolerHasTimeouts(config);
    if (isDevelopment) await migrate(config);
    const app = await createApp(config);
    installLastResort();
    drainOnSignal(app, config.isProduction, () => database.release());
    const seeded = isDevelopment ? await seed(app, config) : undefined;
    await app.listen(config.port, config.host);
    if (seeded) process.stdout.write(banner(config, seeded));
  } catch (error) {
    await database.release().catch(() => undefined);
    throw error;
  }
}

async function assertPortIsFree({ port, host }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

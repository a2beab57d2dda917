import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import pg from 'pg';
import { createApp } from '../../src/app.js';
import { seed } from '../../src/boot/seed.js';
import { Config } from '../../src/config/config.js';
import { createTestDatabase } from './database.js';
import { freePort } from './free-port.js';

export const ADMIN = { email: 'admin@barong.test', password: 'the first admin of tests' };
/** The first-party application of the development seed. */
export const LOCAL_DEMO = 'local-demo';

/** What production asks for, as if a proxy that ends TLS stood in front; nothing is sent anywhere. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://accounts.example',
  SECRET_KEY: randomBytes(32).toString('base64'),
  SMTP_URL: 'smtp://127.0.0.1:9',
  SMS_URL: 'https://sms.example/hook',
};

/** A server of its own on a real port, with a database of its own. */
export interface TestApp {
  url: string;
  config: Config;
  app: NestExpressApplication;
  /** Runs SQL on the server's database. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Starts the application as it is, seeded, without limits; `env` overrides settings. Close it in afterAll. */
export async function startApp(env: NodeJS.ProcessEnv = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'barong-app-'));
  const port = Number(env.PORT ?? (await freePort()));
  const config = Config.load({
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    BCRYPT_COST: '10',
    LOG_LEVEL: 'silent',
    // All requests of a test come from one address, as fast as they can.
    RATE_LIMITS: env.NODE_ENV === 'production' ? 'on' : 'off',
    ...env,
  });
  const app = await createApp(config);
  await seed(app, config);
  await app.listen(port, '127.0.0.1');
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  return {
    url: config.publicUrl,
    config,
    app,
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
    close: async () => {
      await app.close();
      await pool.end();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

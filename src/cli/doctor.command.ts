import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { createTransport } from 'nodemailer';
import type { Config } from '../config/config.js';
import { BrokerConnection } from '../events/broker/broker-connection.service.js';
import { Database } from '../infra/database/database.service.js';
import { findDirectPooler, findPooler } from '../infra/database/pooler.js';
import { SchemaService } from '../infra/database/schema.service.js';
import { LimiterStore } from '../infra/rate-limit/limiter-store.js';
import { lacksProxy, NONE_TRUSTED, ProxySightings, UNLISTED } from '../infra/telemetry/proxy-sightings.service.js';
import { SigningKeysService } from '../keys/signing-keys.service.js';
import { print, withApp } from './context.js';
import { unencryptedSettings } from './unencrypted.js';

const OLDEST_POSTGRES = 140_000;
const LARGEST_CLOCK_DIFFERENCE_S = 5;

interface Check {
  name: string;
  /** What was found; throws what is wrong, or a Doubt. */
  run: () => Promise<string>;
}

/** What may be wrong; the operator has to know. */
class Doubt extends Error {}

/** `doctor`: looks at everything the server needs and says what is wrong; exits 1 if anything is, not for doubts. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check the settings, the database, the keys and the mail server')
    .action(() =>
      withApp(async (app, config) => {
        const database = app.get(Database);
        const checks: Check[] = [
          { name: 'settings', run: () => Promise.resolve(`${config.environment}, ${config.publicUrl}`) },
          { name: 'database', run: () => databaseVersion(database) },
          { name: 'pooler', run: () => pooler(config) },
          { name: 'schema', run: () => schemaState(app.get(SchemaService)) },
          { name: 'clock', run: () => clockDifference(database) },
          { name: 'keys', run: () => keyState(app.get(SigningKeysService)) },
          { name: 'data directory', run: () => dataDirectory(config) },
          { name: 'mail', run: () => mailServer(config) },
          { name: 'counters', run: () => app.get(LimiterStore).describe() },
          { name: 'events', run: () => eventBroker(config, app.get(BrokerConnection)) },
          { name: 'encryption', run: () => encryption(config) },
          { name: 'proxies', run: () => proxies(config, app.get(ProxySightings)) },
        ];
        for (const check of checks) await report(check);
      }),
    );
}

async function report({ name, run }: Check): Promise<void> {
  try {
    print(`ok    ${name.padEnd(16)}${await run()}`);
  } catch (error) {
    const isDoubt = error instanceof Doubt;
    print(`${isDoubt ? 'WARN' : 'FAIL'}  ${name.padEnd(16)}${error instanceof Error ? error.message : String(error)}`);
    if (!isDoubt) process.exitCode = 1;
  }
}

async function databaseVersion(database: Database): Promise<string> {
  const [row] = await database.query<{ number: number; version: string }>(
    'doctor-version',
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version`,
    [],
  );
  if (!row || row.number < OLDEST_POSTGRES) throw new Error(`PostgreSQL ${row?.version} is too old; 14 is the oldest`);
  return `PostgreSQL ${row.version}`;
}

async function pooler(config: Config): Promise<string> {
  const { isThere, missing } = await findPooler(config);
  if (!config.databasePooled) {
    if (isThere) throw new Doubt('one stands at DATABASE_URL; if it pools by transaction, say so: ?pgbouncer=true');
    return 'none';
  }
  if (missing.length > 0) throw new Error(`its connections have no ${missing.join(', ')}`);
  if ((await findDirectPooler(config)).isThere)
    throw new Doubt('one stands at DATABASE_DIRECT_URL too; it must not pool by transaction');
  if (!isThere) throw new Doubt('none stands at DATABASE_URL, which says ?pgbouncer=true');
  return 'pools by transaction; PostgreSQL itself answers too';
}

async function schemaState(schema: SchemaService): Promise<string> {
  if (!(await schema.isCurrent())) throw new Error('is behind this program; run: npm run cli -- migrate');
  return 'current';
}

async function clockDifference(database: Database): Promise<string> {
  const [row] = await database.query<{ now: Date }>('doctor-clock', 'SELECT clock_timestamp() AS now', []);
  const seconds = Math.abs((row?.now.getTime() ?? 0) - Date.now()) / 1000;
  if (seconds > LARGEST_CLOCK_DIFFERENCE_S) throw new Error(`the database's clock differs by ${Math.round(seconds)} s`);
  return 'agrees with the database';
}

async function keyState(keys: SigningKeysService): Promise<string> {
  const current = (await keys.list()).filter((key) => key.status === 'current');
  return current.map((key) => `${key.algorithm} since ${key.activatedAt?.toISOString().slice(0, 10)}`).join(', ');
}

async function dataDirectory({ dataDir }: Config): Promise<string> {
  await access(dataDir, constants.W_OK);
  return dataDir;
}

async function mailServer({ smtpUrl }: Config): Promise<string> {
  if (smtpUrl === undefined) return 'development outbox';
  const transport = createTransport(smtpUrl);
  try {
    await transport.verify();
    return new URL(smtpUrl).host;
  } finally {
    transport.close();
  }
}

/** The connection limits its own time. Why it failed may repeat the address with its password, so that is not told. */
async function eventBroker({ eventsUrl }: Config, broker: BrokerConnection): Promise<string> {
  if (eventsUrl === undefined) return 'no broker, webhooks only';
  const { host } = new URL(eventsUrl);
  try {
    await broker.channel();
  } catch {
    throw new Error(`RabbitMQ at ${host} does not answer, or refuses the user or the virtual host`);
  }
  return `RabbitMQ at ${host}`;
}

function encryption(config: Config): Promise<string> {
  const plain = unencryptedSettings(config);
  if (plain.length === 0) return Promise.resolve('nothing leaves this machine without TLS');
  return Promise.reject(
    new Doubt(`no TLS, or none that is enforced and checked, in ${plain.join(', ')}: see docs/operations.md`),
  );
}

async function proxies(config: Config, sightings: ProxySightings): Promise<string> {
  if (lacksProxy(config)) throw new Doubt(NONE_TRUSTED);
  const seenAt = await sightings.last();
  if (seenAt) throw new Doubt(`${seenAt.toISOString()}: ${UNLISTED}`);
  return config.trustProxy.length > 0 ? `trusted: ${config.trustProxy.join(', ')}` : 'none trusted, none seen';
}

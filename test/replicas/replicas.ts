import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { jest } from '@jest/globals';
import pg from 'pg';
import { type Ended, Program, type ProgramProcess } from '../boot/program.js';
import { type TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase } from '../support/database.js';
import { startRelay } from '../support/mail-relay.js';
import { CALLBACK } from '../oauth/flow.js';
import { type Balancer, makeCertificate, startBalancer } from './balancer.js';
import { fetchTrusting } from './travellers.js';

/** The one application there is: first-party, and may do all that OAuth has. */
export const SHOP = { uid: 'shop', secret: randomBytes(32).toString('base64url') };
/** A mail takes a moment, so that some are in hand whenever a server is asked to end. */
const RELAY_MS = 50;

export interface Replica {
  /** Where it is reached without the balancer. */
  url: string;
  port: number;
  process: ProgramProcess;
}

/** Three servers as production runs them, on one database, behind the balancer of deploy/compose.yaml. */
export interface Replicas extends Pick<TestApp, 'sql'> {
  /** What the world sees: the balancer. */
  url: string;
  members: [Replica, Replica, Replica];
  balancer: Balancer;
  relay: Awaited<ReturnType<typeof startRelay>>;
  cli(...args: string[]): Promise<Ended>;
  /** Ends a replica by SIGTERM and starts another in its place. @returns what the old one ended with */
  roll(replica: Replica): Promise<Ended>;
  stop(): Promise<void>;
}

/** Starts all of it; from then on `fetch` trusts the balancer's certificate. */
export async function startReplicas(): Promise<Replicas> {
  const endings: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await startAll((end) => endings.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAll(later: (end: () => unknown) => void): Promise<Omit<Replicas, 'stop'>> {
  const certificate = await makeCertificate();
  const trusting = fetchTrusting(certificate.ca);
  const spy = jest.spyOn(globalThis, 'fetch').mockImplementation(trusting.fetch);
  later(() => (spy.mockRestore(), trusting.close()));
  const database = await createTestDatabase();
  later(() => database.drop());
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  later(() => pool.end());
  const relay = await startRelay({ beforeTaking: () => new Promise((resolve) => setTimeout(resolve, RELAY_MS)) });
  later(() => relay.close());
  const program = await Program.build();
  later(() => program.remove());

  const port = await freePort();
  const url = `https://localhost:${port}`;
  const env = await productionSettings(program, { DATABASE_URL: database.url, PUBLIC_URL: url, SMTP_URL: relay.url });
  const cli = (...args: string[]) => program.cli(env, ...args);
  const seeded = await cli('seed');
  if (seeded.code !== 0) throw new Error(seeded.stderr);
  const start = (at: number) => program.start('main', { ...env, PORT: String(at) });
  const startMember = async (): Promise<Replica> => {
    const at = await freePort();
    return { port: at, url: `http://127.0.0.1:${at}`, process: start(at) };
  };
  const members: Replicas['members'] = [await startMember(), await startMember(), await startMember()];
  for (const member of members) await member.process.ready(member.url);
  const ports = members.map((member) => member.port);
  const balancer = await startBalancer(port, ports, certificate);
  later(() => balancer.stop());

  const sql: TestApp['sql'] = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows;
  const roll = async (replica: Replica): Promise<Ended> => {
    replica.process.signal('SIGTERM');
    const ended = await replica.process.ended;
    replica.process = start(replica.port);
    await replica.process.ready(replica.url);
    return ended;
  };
  return { url, members, balancer, relay, cli, roll, sql };
}

async function productionSettings(program: Program, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const seedFile = path.join(program.directory, 'shop.json');
  const shop = { ...SHOP, name: 'Shop', first_party: true, redirect_uris: [CALLBACK] };
  // JSON is YAML, too.
  await writeFile(seedFile, JSON.stringify({ applications: [shop] }));
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    TRUST_PROXY: '127.0.0.1',
    SECRET_KEY: randomBytes(32).toString('base64'),
    DATA_DIR: await program.makeDataDir(),
    SMS_URL: 'https://sms.example/hook',
    SEED_FILE: seedFile,
    BCRYPT_COST: '10',
    LOG_LEVEL: 'warn',
    ...env,
  };
}

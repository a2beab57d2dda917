import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program, until } from '../boot/program.js';
import { PostgresCluster } from './postgres-cluster.js';
import {
  ALL_FINE,
  AWAY,
  cheapStatuses,
  isReady,
  me,
  refusalOf,
  send,
  type Serving,
  serve,
  signIn,
  signUp,
  tokenOf,
} from './serving.js';

let program: Program;
let cluster: PostgresCluster;
let server: Serving;
let token: string;
beforeAll(async () => {
  [program, cluster] = await Promise.all([Program.build(), PostgresCluster.start()]);
  server = await serve(program, cluster.url);
  token = await tokenOf(server);
});
afterAll(async () => {
  await program.remove();
  await cluster.remove();
});

/** Sessions that begin from now on may only read, or may write again. Those there are stay as they began. */
const allowWrites = (allowed: boolean) =>
  cluster.sql(`ALTER DATABASE barong SET default_transaction_read_only = ${allowed ? 'off' : 'on'}`);
const endSessions = () =>
  cluster.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'barong'`);

describe('a database that may only be read (C-93)', () => {
  it('is away as far as writes go: 503, not ready; and connections from then are not used any more', async () => {
    await allowWrites(false);
    await endSessions();
    await until(async () => !(await isReady(server)));
    // Fills the pool with connections that may only read.
    const writes = await Promise.all([
      ...Array.from({ length: 12 }, (_, index) => signUp(server, `person${index}@example.com`)),
      ...Array.from({ length: 4 }, () => signIn(server)),
      send(server, 'DELETE', '/api/v1/sessions/current', { token }),
    ]);
    expect(writes.map(refusalOf)).toEqual(writes.map(() => AWAY));
    expect(refusalOf(await send(server, 'GET', '/health/ready'))).toEqual(AWAY);
    expect(await cheapStatuses(server)).toEqual(ALL_FINE);
    const reads = await Promise.all(Array.from({ length: 12 }, () => me(server, token)));
    expect(reads.map(({ status }) => status)).toEqual(reads.map(() => 200));

    await allowWrites(true);
    // Nobody asks whether it is ready: the first that meets the old server makes the pool leave it.
    expect([201, 503]).toContain((await signUp(server, 'first@example.com')).status);
    const after = await Promise.all(
      Array.from({ length: 12 }, (_, index) => signUp(server, `late${index}@example.com`)),
    );
    expect(after.map(({ status }) => status)).toEqual(after.map(() => 201));
    expect(await isReady(server)).toBe(true);
    expect(await cluster.sql(`SELECT 1 FROM accounts WHERE email LIKE 'person%'`)).toEqual([]);
  });
});

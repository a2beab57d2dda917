import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
  untilJobsAreDone,
  untilReady,
} from './serving.js';

const POOL = 4;
/** The queue has a pool of its own, of 3; one more may be on its way. */
const MOST_CONNECTIONS = POOL + 3 + 1;

let program: Program;
let cluster: PostgresCluster;
let server: Serving;
let token: string;
beforeAll(async () => {
  [program, cluster] = await Promise.all([Program.build(), PostgresCluster.start()]);
  // One for all that happens to its database: it is not started again after any of that.
  server = await serve(program, cluster.url, { DATABASE_POOL: String(POOL) });
});
beforeEach(async () => {
  token = await tokenOf(server);
});
afterAll(async () => {
  await program.remove();
  await cluster.remove();
});

const countOf = async (text: string) => (await cluster.sql<{ count: number }>(text))[0]?.count;
const emailsLike = async (pattern: string) =>
  (await cluster.sql<{ email: string }>('SELECT email FROM accounts WHERE email LIKE $1', [pattern])).map(
    ({ email }) => email,
  );

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
      ...Array.from({ length: 12 }, (_, index) => signUp(server, `reader${index}@example.com`)),
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
      Array.from({ length: 12 }, (_, index) => signUp(server, `after${index}@example.com`)),
    );
    expect(after.map(({ status }) => status)).toEqual(after.map(() => 201));
    expect(await isReady(server)).toBe(true);
    expect(await emailsLike('reader%')).toEqual([]);
  });
});

describe('a database that takes connections and never answers (C-82)', () => {
  it('is given up: 503 for what needs it, answers for what does not, no heap of connections, and recovery', async () => {
    // Of jobs that are given out just then the worker may not hear; it finds them, but only minutes later.
    await untilJobsAreDone((text) => cluster.sql(text));
    await cluster.freeze();
    // More than there are connections: some hang in a query, some in connecting, some in the line for a connection.
    const crowd = await Promise.all([
      ...Array.from({ length: 10 }, () => me(server, token)),
      ...Array.from({ length: 10 }, (_, index) => signUp(server, `hanging${index}@example.com`)),
      ...Array.from({ length: 10 }, () => signIn(server)),
      send(server, 'GET', '/health/ready'),
    ]);
    expect(crowd.map(refusalOf)).toEqual(crowd.map(() => AWAY));
    // Those that come later find no connection that they could hang in.
    expect(refusalOf(await send(server, 'DELETE', '/api/v1/sessions/current', { token }))).toEqual(AWAY);
    expect(await cheapStatuses(server)).toEqual(ALL_FINE);

    await cluster.thaw();
    await untilReady(server);
    expect((await me(server, token)).status).toBe(200);
    expect((await signUp(server, 'thawed@example.com')).status).toBe(201);
    await untilJobsAreDone((text) => cluster.sql(text));
    const open = await countOf(`SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'barong'`);
    expect(open).toBeLessThanOrEqual(MOST_CONNECTIONS);
  });
});

describe('a database that is killed and comes back (C-82)', () => {
  it('is answered for with 503 meanwhile, and all goes on by itself; what was acknowledged is there', async () => {
    const acknowledged: string[] = [];
    const others = new Set<number>();
    let killed = false;
    // Somebody signs up at every moment, the one of the kill included.
    const crowd = Array.from({ length: 4 }, async (_, lane) => {
      for (let turn = 0; !killed; turn += 1) {
        const email = `person-${lane}-${turn}@example.com`;
        const { status } = await signUp(server, email);
        if (status === 201) acknowledged.push(email);
        else others.add(status);
      }
    });
    await until(() => acknowledged.length >= 8);
    await cluster.kill();
    await until(() => others.size > 0);
    killed = true;
    await Promise.all(crowd);
    expect([...others]).toEqual([503]);

    expect(refusalOf(await send(server, 'GET', '/health/ready'))).toEqual(AWAY);
    expect(refusalOf(await signUp(server, 'late@example.com'))).toEqual(AWAY);
    expect(refusalOf(await signIn(server))).toEqual(AWAY);
    expect(refusalOf(await me(server, token))).toEqual(AWAY);
    expect(await cheapStatuses(server)).toEqual(ALL_FINE);

    await cluster.start();
    await untilReady(server);
    // The log of an unclean end was read; nothing that got a 201 is missing.
    expect(await emailsLike('person%')).toEqual(expect.arrayContaining(acknowledged));
    expect((await me(server, token)).status).toBe(200);
    expect((await signUp(server, 'late@example.com')).status).toBe(201);
    await untilJobsAreDone((text) => cluster.sql(text));
    const mailed = await cluster.sql<{ recipient: string }>('SELECT DISTINCT recipient FROM outbox_messages');
    expect(mailed.map(({ recipient }) => recipient)).toEqual(
      expect.arrayContaining([...acknowledged, 'late@example.com']),
    );
    server.process.signal('SIGTERM');
    expect((await server.process.ended).code).toBe(0);
  });
});

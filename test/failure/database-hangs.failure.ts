import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program } from '../boot/program.js';
import { PostgresCluster } from './postgres-cluster.js';
import {
  ALL_FINE,
  AWAY,
  cheapStatuses,
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
beforeAll(async () => {
  [program, cluster] = await Promise.all([Program.build(), PostgresCluster.start()]);
  server = await serve(program, cluster.url, { DATABASE_POOL: String(POOL) });
});
afterAll(async () => {
  await program.remove();
  await cluster.remove();
});

async function connections(): Promise<number> {
  const [row] = await cluster.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'barong'`,
  );
  return row?.count ?? 0;
}

describe('a database that takes connections and never answers (C-82)', () => {
  it('is given up: 503 for what needs it, answers for what does not, no heap of connections, and recovery', async () => {
    const token = await tokenOf(server);
    await cluster.freeze();
    // More than there are connections: some hang in a query, some in connecting, some in the line for a connection.
    const crowd = await Promise.all([
      ...Array.from({ length: 10 }, () => me(server, token)),
      ...Array.from({ length: 10 }, (_, index) => signUp(server, `person${index}@example.com`)),
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
    expect((await signUp(server, 'late@example.com')).status).toBe(201);
    await untilJobsAreDone((text) => cluster.sql(text));
    expect(await connections()).toBeLessThanOrEqual(MOST_CONNECTIONS);
  });
});

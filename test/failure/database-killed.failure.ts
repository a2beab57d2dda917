import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program, until } from '../boot/program.js';
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

let program: Program;
let cluster: PostgresCluster;
let server: Serving;
beforeAll(async () => {
  [program, cluster] = await Promise.all([Program.build(), PostgresCluster.start()]);
  server = await serve(program, cluster.url);
});
afterAll(async () => {
  await program.remove();
  await cluster.remove();
});

const sql = (text: string) => cluster.sql<{ waiting: number }>(text);
const emailsInTable = async () =>
  (await cluster.sql<{ email: string }>(`SELECT email FROM accounts WHERE email LIKE 'person%'`)).map(
    ({ email }) => email,
  );

describe('a database that is killed and comes back (C-82)', () => {
  it('is answered for with 503 meanwhile, and all goes on by itself; what was acknowledged is there', async () => {
    const token = await tokenOf(server);
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
    expect(await emailsInTable()).toEqual(expect.arrayContaining(acknowledged));
    expect((await me(server, token)).status).toBe(200);
    expect((await signUp(server, 'late@example.com')).status).toBe(201);
    await untilJobsAreDone(sql);
    const mailed = await cluster.sql<{ recipient: string }>('SELECT DISTINCT recipient FROM outbox_messages');
    expect(mailed.map(({ recipient }) => recipient)).toEqual(
      expect.arrayContaining([...acknowledged, 'late@example.com']),
    );
    server.process.signal('SIGTERM');
    expect((await server.process.ended).code).toBe(0);
  });
});

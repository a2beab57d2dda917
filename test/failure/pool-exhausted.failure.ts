import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Program } from '../boot/program.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  ALL_FINE,
  type Answer,
  AWAY,
  cheapStatuses,
  isReady,
  me,
  PASSWORD,
  refusalOf,
  type Serving,
  serve,
  signIn,
  signUp,
  tokenOf,
  untilReady,
} from './serving.js';

const POOL = 3;

let program: Program;
let database: TestDatabase;
let server: Serving;
let holder: pg.Client;
beforeAll(async () => {
  [program, database] = await Promise.all([Program.build(), createTestDatabase()]);
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  server = await serve(program, database.url, { DATABASE_POOL: String(POOL) });
});
afterAll(async () => {
  await program.remove();
  await holder.end();
  await database.drop();
});

/** Somebody else's transaction, such as a batch by hand, that holds what it locked until the work is done. */
async function whileLocked<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await holder.query('BEGIN');
  await holder.query(lock);
  try {
    return await work();
  } finally {
    await holder.query('ROLLBACK');
  }
}

const statuses = (answers: Answer[]) => [...new Set(answers.map(({ status }) => status))].sort();
const crowd = <T>(size: number, one: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: size }, (_, index) => one(index)));

describe('rows that somebody holds', () => {
  it('are waited for and then a 503; whoever needs others is served', async () => {
    const person = { email: 'held@example.com', password: PASSWORD };
    await signUp(server, person.email);
    await holder.query(`UPDATE accounts SET state = 'active' WHERE email = $1`, [person.email]);
    const token = await tokenOf(server);
    const lock = `UPDATE accounts SET level = level WHERE email = '${person.email}'`;
    await whileLocked(lock, async () => {
      let isAnswered = false;
      const held = signIn(server, person).finally(() => (isAnswered = true));
      expect((await me(server, token)).status).toBe(200);
      expect((await signUp(server, 'other@example.com')).status).toBe(201);
      expect(refusalOf(await held)).toEqual(AWAY);
      expect(isAnswered).toBe(true);
    });
    expect((await signIn(server, person)).status).toBe(201);
  });
});

describe('a pool of connections that all wait (C-82)', () => {
  it('is a 503 for whoever finds none, not a 500 and not a wait for ever; then all is as before', async () => {
    const token = await tokenOf(server);
    // Nothing can be written to accounts, so each sign-up holds a connection as long as a lock may be waited for.
    await whileLocked('LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE', async () => {
      const [writers, readers] = await Promise.all([
        crowd(5 * POOL, (index) => signUp(server, `person${index}@example.com`)),
        crowd(5 * POOL, () => me(server, token)),
      ]);
      expect(writers.map(refusalOf)).toEqual(writers.map(() => AWAY));
      // In the same line; some find a connection in time, nobody anything but these two answers.
      expect([[200], [503], [200, 503]]).toContainEqual(statuses(readers));
      for (const reader of readers.filter(({ status }) => status === 503)) expect(refusalOf(reader)).toEqual(AWAY);
      expect(await cheapStatuses(server)).toEqual(ALL_FINE);
    });
    await untilReady(server);
    expect(statuses(await crowd(5 * POOL, () => me(server, token)))).toEqual([200]);
    expect(statuses(await crowd(POOL, (index) => signUp(server, `late${index}@example.com`)))).toEqual([201]);
    const { rows } = await holder.query(`SELECT 1 FROM accounts WHERE email LIKE 'person%'`);
    expect(rows).toEqual([]);
    expect(await isReady(server)).toBe(true);
  });
});

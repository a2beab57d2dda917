import { EventEmitter } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import pg from 'pg';
import { Database } from '../../src/infra/database/database.service.js';
import { type Mail, Mailer } from '../../src/infra/mail/mailer.js';
import { AbandonedJobs } from '../../src/infra/queue/abandoned-jobs.js';
import { type JobOptions, JobQueue, MAX_ATTEMPTS } from '../../src/infra/queue/job-queue.service.js';
import { JobWorker } from '../../src/infra/queue/job-worker.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, messageTo, outbox, outcome } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

/** Nobody does these, so they stay as they are. */
const TASK = 'tests.nobody';
const DELIVER = 'notifications.deliver';

let server: TestApp;
let mailer: Mailer;
let send: Mailer['send'];
const logged: { level: string; line: Record<string, unknown> }[] = [];
beforeAll(async () => {
  server = await startApp();
  const at = (level: string) => (line: Record<string, unknown>) => logged.push({ level, line });
  const logger = Object.fromEntries(
    ['log', 'warn', 'error', 'debug', 'verbose', 'fatal'].map((level) => [level, at(level)]),
  );
  server.app.useLogger(logger as unknown as LoggerService);
  mailer = server.app.get(Mailer, { strict: false });
  send = mailer.send.bind(mailer);
});
/** Jobs that are kept in hand. */
const held: (() => void)[] = [];
const letGo = () => held.splice(0).forEach((finish) => finish());
afterEach(async () => {
  letGo();
  mailer.send = send;
  await server.sql('DELETE FROM graphile_worker._private_jobs');
  logged.length = 0;
});
afterAll(() => server.close());

function add(task: string, payload: object, options: JobOptions = {}): Promise<void> {
  const queue = server.app.get(JobQueue, { strict: false });
  return server.app.get(Database, { strict: false }).transaction((tx) => queue.add(tx, task, payload, options));
}
const tend = () => server.app.get(JobWorker, { strict: false }).tend();
const signUp = (email: string) =>
  call(server, 'POST', '/api/v1/accounts', { body: { email, password: 'a long enough password' } });
const givenUp = () => logged.filter(({ level, line }) => level === 'error' && line.msg === 'job given up');

/** Puts jobs down as they are after something has happened to them. @returns their ids */
async function addAs(name: string, state: string): Promise<string> {
  await add(TASK, { name }, { key: name });
  const [row] = await server.sql<{ id: string }>(
    `UPDATE graphile_worker._private_jobs SET ${state} WHERE key = $1 RETURNING id`,
    [name],
  );
  return row?.id ?? '';
}

describe('the queue', () => {
  it('keeps a job that takes the place of one which a worker takes at the same moment', async () => {
    await add(TASK, { version: 1 }, { key: 'raced' });
    const worker = new pg.Client({ connectionString: server.config.databaseUrl });
    await worker.connect();
    await worker.query('BEGIN');
    await worker.query(`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'tests'`);
    const adding = add(TASK, { version: 2 }, { key: 'raced' });
    await eventually(async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await server.sql(waiting)).length > 0;
    });
    await worker.query('COMMIT');
    await worker.end();
    await adding;
    const jobs = await server.sql(
      `SELECT key, locked_by, attempts = max_attempts AS is_over FROM graphile_worker.jobs ORDER BY id`,
    );
    expect(jobs).toEqual([
      { key: null, locked_by: 'tests', is_over: true },
      { key: 'raced', locked_by: null, is_over: false },
    ]);
  });

  it('tries for a day at most: pauses of e^attempt seconds up to an hour (C-85)', () => {
    const pauses = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => Math.min(Math.exp(index + 1), 3600));
    const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3600;
    expect(hours).toBeGreaterThan(20);
    expect(hours).toBeLessThan(24);
  });

  it('lets late retries come within about an hour, and nothing else', async () => {
    const later = `run_at = now() + interval '3 hours'`;
    const late = await addAs('late', `${later}, attempts = 9`);
    const others = await Promise.all([
      addAs('meant for later', later),
      addAs('dead', `${later}, attempts = max_attempts`),
      addAs('in hand', `${later}, attempts = 9, locked_at = now(), locked_by = 'tests'`),
      addAs('soon', `run_at = now() + interval '50 minutes', attempts = 8`),
    ]);
    const times = async () =>
      new Map(
        (await server.sql<{ id: string; run_at: Date }>('SELECT id, run_at FROM graphile_worker.jobs')).map((job) => [
          job.id,
          job.run_at.getTime(),
        ]),
      );
    const before = await times();
    await tend();
    const after = await times();
    const moved = ((before.get(late) ?? 0) - (after.get(late) ?? 0)) / 60_000;
    expect(moved).toBeGreaterThan(60);
    expect(moved).toBeLessThanOrEqual(135);
    expect(others.map((id) => after.get(id))).toEqual(others.map((id) => before.get(id)));
    await tend();
    expect(await times()).toEqual(after);
  });
});

describe('jobs in the hands of a process that was killed', () => {
  /** What has just started waits until everybody else may be expected to be seen. */
  async function tendLater(): Promise<void> {
    const later = Date.now() + 90_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    await tend().finally(() => clock.mockRestore());
  }

  const HOURS_AGO = `locked_at = now() - interval '2 hours'`;

  it('are free again, without more or fewer tries; those taken just now wait a minute (C-86)', async () => {
    const gone = await addAs('gone', `attempts = 3, locked_by = 'pool-gone', ${HOURS_AGO}`);
    await addAs('new', `attempts = 1, locked_by = 'pool-new', locked_at = now()`);
    await tendLater();
    const jobs = await server.sql('SELECT id, attempts, locked_by FROM graphile_worker.jobs ORDER BY id');
    expect(jobs).toEqual([
      { id: gone, attempts: 3, locked_by: null },
      { id: expect.any(String), attempts: 1, locked_by: 'pool-new' },
    ]);
    expect(givenUp()).toEqual([]);
  });

  it('stay with it while others may still be on their way back to the database (C-85)', async () => {
    await addAs('gone', `attempts = 3, locked_by = 'pool-gone', ${HOURS_AGO}`);
    const pool = new pg.Pool({ connectionString: server.config.databaseUrl, max: 1 });
    const justStarted = new AbandonedJobs(pool);
    expect(await justStarted.free()).toEqual([]);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 90_000);
    expect(await justStarted.free().finally(() => clock.mockRestore())).toEqual([{ task: TASK, count: 1, dead: 0 }]);
    await pool.end();
  });

  it('are not taken from one that could not show at once that it lives', async () => {
    const events = new EventEmitter();
    let failures = 2;
    const query = async () => {
      if (failures > 0) throw new Error(`failure ${(failures -= 1)}`);
    };
    const client = Object.assign(new EventEmitter(), { query });
    const present = new Promise<void>((resolve) => {
      const watched = new AbandonedJobs({} as pg.Pool, 1);
      watched.watch(
        events,
        async () => resolve(),
        (error) => said.push(error.message),
      );
    });
    const said: string[] = [];
    events.emit('pool:listen:success', { client, workerPool: { id: 'pool-tests' } });
    client.emit('drain');
    await present;
    expect(said).toEqual(['failure 1', 'failure 0']);
  });

  it('raise the alarm when they had no try left', async () => {
    await addAs('last', `attempts = max_attempts, locked_by = 'pool-gone', ${HOURS_AGO}`);
    await tendLater();
    expect(givenUp().map(({ line }) => line)).toEqual([{ msg: 'job given up', task: TASK, count: 1 }]);
  });

  it('are not those of a worker that lives, however long they take', async () => {
    const sent: string[] = [];
    mailer.send = async (mail: Mail) => {
      sent.push(mail.id);
      await new Promise<void>((resolve) => held.push(resolve));
      await send(mail);
    };
    await signUp('slow@example.com');
    await eventually(async () => sent.length > 0);
    await server.sql(`UPDATE graphile_worker._private_jobs SET ${HOURS_AGO} WHERE locked_at IS NOT NULL`);
    await tendLater();
    const jobs = await server.sql('SELECT attempts, locked_by FROM graphile_worker.jobs');
    expect(jobs).toEqual([{ attempts: 1, locked_by: expect.stringMatching(/^pool-/) }]);
    letGo();
    await jobsDone(server);
    expect(sent).toHaveLength(1);
  });

  it('are free again also where the worker lives but never heard that it was given them (C-82)', async () => {
    mailer.send = async (mail: Mail) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await send(mail);
    };
    await signUp('held@example.com');
    await eventually(async () => held.length > 0);
    const [own] = await server.sql<{ locked_by: string }>('SELECT locked_by FROM graphile_worker.jobs');
    const unheard = await addAs('unheard', `attempts = 1, locked_by = '${own?.locked_by}', ${HOURS_AGO}`);
    await server.sql(`UPDATE graphile_worker._private_jobs SET ${HOURS_AGO} WHERE locked_at IS NOT NULL`);
    await tend();
    const free = await server.sql('SELECT id FROM graphile_worker.jobs WHERE locked_by IS NULL');
    expect(free).toEqual([{ id: unheard }]);
    expect(logged.map(({ line }) => line)).toContainEqual({
      msg: 'jobs that nobody does are free again',
      task: TASK,
      count: 1,
    });
    letGo();
    await server.sql('DELETE FROM graphile_worker._private_jobs WHERE id = $1', [unheard]);
    await jobsDone(server);
  });
});

describe('a job that can never be done', () => {
  it('keeps nobody waiting, is given up, and says so once, without what is in it (C-85)', async () => {
    const poison = ['{"sealed":"c2VjcmV0LXNlY3JldC1zZWNyZXQ"}', '{"sealed":7}', '[]'];
    for (const payload of poison) {
      await server.sql(`SELECT graphile_worker.add_job($1, $2::json, max_attempts := 1)`, [DELIVER, payload]);
    }
    expect(outcome(await signUp('after-poison@example.com'))).toEqual([201, null]);
    await messageTo(server, 'after-poison@example.com');
    await eventually(async () => givenUp().length >= poison.length);
    await jobsDone(server);
    expect(givenUp().map(({ line }) => line)).toEqual(
      poison.map(() => ({
        msg: 'job given up',
        task: DELIVER,
        job: expect.any(String),
        attempts: 1,
        error: expect.any(String),
      })),
    );
    expect(JSON.stringify(logged)).not.toContain('c2VjcmV0');
    const dead = await server.sql('SELECT 1 FROM graphile_worker.jobs WHERE attempts = max_attempts');
    expect(dead).toHaveLength(poison.length);
  });

  it('fails for one person and no one else', async () => {
    mailer.send = (mail) => (mail.to === 'bad@example.com' ? Promise.reject(new Error('no such user')) : send(mail));
    for (const email of ['bad@example.com', 'good@example.com', 'fine@example.com']) await signUp(email);
    await messageTo(server, 'good@example.com');
    await messageTo(server, 'fine@example.com');
    expect(await outbox(server, 'bad@example.com')).toEqual([]);
    const [job] = await eventually(async () => {
      const rows = await server.sql<{ attempts: number }>(`SELECT attempts FROM graphile_worker.jobs`);
      return rows.length === 1 && rows;
    });
    expect(job?.attempts).toBeGreaterThanOrEqual(1);
  });
});

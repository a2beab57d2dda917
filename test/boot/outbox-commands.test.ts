import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Mailer } from '../../src/infra/mail/mailer.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, messageTo } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { type Ended, Program } from './program.js';

const TASK = 'notifications.deliver';

let program: Program;
let server: TestApp;
let mailer: Mailer;
let send: Mailer['send'];
beforeAll(async () => {
  [program, server] = await Promise.all([Program.build(), startApp()]);
  mailer = server.app.get(Mailer, { strict: false });
  send = mailer.send.bind(mailer);
});
beforeEach(async () => {
  mailer.send = send;
  await jobsDone(server);
  await server.sql('DELETE FROM graphile_worker._private_jobs');
});
afterAll(async () => {
  await program.remove();
  await server.close();
});

function run(...args: string[]): Promise<Ended> {
  const { databaseUrl: DATABASE_URL, dataDir: DATA_DIR } = server.config;
  return program.cli({ DATABASE_URL, DATA_DIR, BCRYPT_COST: '10' }, 'outbox', ...args);
}

/** Sign-ups whose mails were given up. @returns the ids of the jobs, oldest first */
async function deadMails(...emails: string[]): Promise<string[]> {
  mailer.send = (mail) => Promise.reject(new Error(`550 <${mail.to}> is unknown`));
  for (const email of emails) {
    await call(server, 'POST', '/api/v1/accounts', { body: { email, password: 'a long enough password' } });
  }
  await eventually(async () => {
    const failed = 'SELECT 1 FROM graphile_worker.jobs WHERE attempts > 0 AND locked_at IS NULL';
    return (await server.sql(failed)).length === emails.length;
  });
  const rows = await server.sql<{ id: string }>(
    'UPDATE graphile_worker._private_jobs SET max_attempts = attempts WHERE attempts > 0 RETURNING id',
  );
  mailer.send = send;
  return rows.map(({ id }) => id).sort((one, other) => Number(one) - Number(other));
}
const entries = () =>
  server.sql(`SELECT actor_uid, details FROM audit_entries WHERE action = 'outbox.retried' ORDER BY id`);

describe('outbox, beside a running server', () => {
  it('list says that everything got out', async () => {
    expect(await run('list')).toEqual({ code: 0, stdout: 'everything got out\n', stderr: '' });
  });

  it('list counts what did not, and tells of each what and why, not to whom', async () => {
    const [older, newer] = await deadMails('one@example.com', 'two@example.com');
    const { code, stdout } = await run('list');
    const time = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z';
    const line = (id = '') => `${id}\t${TASK}\t\\d+\tError\t${time}\t${time}\n`;
    expect([code, stdout]).toEqual([0, expect.stringMatching(`^2\t${TASK}\n\n${line(newer)}${line(older)}$`)]);
    expect((await run('list', '--limit', '1')).stdout).toMatch(new RegExp(`^2\t${TASK}\n\n${line(newer)}$`));
  });

  it('retry tries one anew, and the record says that a command did', async () => {
    const before = (await entries()).length;
    const [id = ''] = await deadMails('three@example.com');
    expect((await run('retry', id)).stdout).toBe(`${id} is tried anew: ${TASK}\n`);
    await messageTo(server, 'three@example.com');
    expect((await entries()).slice(before)).toEqual([{ actor_uid: null, details: { job: id, task: TASK } }]);
    const again = await run('retry', id);
    expect([again.code, again.stdout, again.stderr]).toEqual([1, '', 'Dead letter not found\n']);
  });

  it('retry tries all of a task anew, or all', async () => {
    await deadMails('four@example.com', 'five@example.com');
    expect((await run('retry', '--task', TASK)).stdout).toBe(`2 of ${TASK} are tried anew\n`);
    await messageTo(server, 'four@example.com');
    await messageTo(server, 'five@example.com');
    await jobsDone(server);
    await deadMails('six@example.com');
    expect((await run('retry', '--all')).stdout).toBe(`1 of ${TASK} are tried anew\n`);
    await messageTo(server, 'six@example.com');
  });

  it('retry asks for exactly one of id, task and all', async () => {
    for (const { code, stdout, stderr } of await Promise.all([run('retry'), run('retry', '1', '--all')])) {
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('error: name an id, --task <task> or --all');
    }
  });
});

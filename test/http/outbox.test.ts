import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/infra/database/database.service.js';
import { JobQueue } from '../../src/infra/queue/job-queue.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, messageTo, outbox, outcome } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

const PASSWORD = 'a long enough password';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off', APP_NAME: 'Ex<b>&"ample' });
});
afterAll(() => server.close());

const signUp = (email: string) => call(server, 'POST', '/api/v1/accounts', { body: { email, password: PASSWORD } });

describe('the development outbox (CONTRACT 5)', () => {
  it('shows a program what went to an address, newest first', async () => {
    await signUp('reader@example.com');
    await messageTo(server, 'reader@example.com');
    await call(server, 'POST', '/api/v1/security/reset_password', { body: { email: 'reader@example.com' } });
    await messageTo(server, 'reader@example.com', 2);
    const mails = await outbox(server, 'reader@example.com');
    expect(mails.map(({ subject }) => subject)).toEqual(['Reset your password', 'Confirm your e-mail address']);
    expect(mails[0]).toEqual({
      id: expect.any(String),
      channel: 'email',
      to: 'reader@example.com',
      subject: 'Reset your password',
      text: expect.stringContaining('reset_password_token='),
      html: expect.stringContaining('reset_password_token='),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it('shows all of it when no address is asked for, and nothing for one that got nothing', async () => {
    await signUp('somebody-else@example.com');
    await messageTo(server, 'somebody-else@example.com');
    const all = await call<{ to: string }[]>(server, 'GET', '/dev/outbox.json');
    expect(new Set(all.body.map(({ to }) => to))).toEqual(new Set(['reader@example.com', 'somebody-else@example.com']));
    expect(await outbox(server, 'nobody@example.com')).toEqual([]);
  });

  it('refuses what is no address, as any parameter', async () => {
    for (const query of ['to=a&to=b', `to=${'a'.repeat(300)}`, 'to=%00']) {
      expect(outcome(await call(server, 'GET', `/dev/outbox.json?${query}`))).toEqual([400, 'to is invalid']);
    }
    expect((await call<unknown[]>(server, 'GET', `/dev/outbox.json?to=%27%20OR%201=1--`)).body).toEqual([]);
  });

  it('shows a person a page on which nothing is markup that came from outside (C-56)', async () => {
    const page = await call<string>(
      server,
      'GET',
      '/dev/outbox?to=reader%40example.com%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
    );
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).not.toContain('<script>alert');
    const all = await call<string>(server, 'GET', '/dev/outbox');
    expect(all.body).toContain('reader@example.com');
    expect(all.body).not.toContain('Ex<b>');
    const [mail] = await outbox(server, 'reader@example.com');
    expect(mail?.html).toContain('Ex&lt;b&gt;&amp;&quot;ample');
    expect(mail?.text).toContain('Ex<b>&"ample');
  });
});

describe('the queue behind it (C-85)', () => {
  const payload = { email: 'hidden@example.com', link: 'https://barong.test/confirm?confirmation_token=secret-token' };

  it('keeps what a job is about sealed, and for one task only', async () => {
    const rows = await server.app.get(Database, { strict: false }).transaction(async (tx) => {
      const queue = server.app.get(JobQueue, { strict: false });
      await queue.add(tx, 'tests.one', payload);
      await queue.add(tx, 'tests.two', payload);
      const jobs = await tx.query<{ payload: { sealed: string } }[]>(
        `SELECT jobs.* FROM graphile_worker._private_jobs AS jobs JOIN graphile_worker._private_tasks AS tasks
           ON tasks.id = jobs.task_id WHERE identifier LIKE 'tests.%'`,
      );
      await tx.query(`SELECT graphile_worker.complete_jobs(ARRAY(SELECT id FROM graphile_worker._private_jobs))`);
      return jobs;
    });
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(Object.keys(row.payload)).toEqual(['sealed']);
      expect(JSON.stringify(row)).not.toMatch(/hidden|example\.com|secret-token|confirmation/);
      expect(Buffer.from(row.payload.sealed, 'base64').toString('latin1')).not.toMatch(/hidden|secret-token/);
    }
    expect(rows[0]?.payload.sealed).not.toBe(rows[1]?.payload.sealed);
  });

  it('forgets what belongs to a transaction that came to nothing', async () => {
    const failed = server.app.get(Database, { strict: false }).transaction(async (tx) => {
      await server.app.get(JobQueue, { strict: false }).add(tx, 'tests.three', payload);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await server.sql(`SELECT 1 FROM graphile_worker._private_tasks WHERE identifier = 'tests.three'`)).toEqual(
      [],
    );
  });

  it('sends one link, the newest, when several are asked for at once', async () => {
    await signUp('impatient@example.com');
    const ask = () =>
      call(server, 'POST', '/api/v1/security/reset_password', { body: { email: 'impatient@example.com' } });
    await Promise.all(Array.from({ length: 10 }, ask));
    await jobsDone(server);
    const [newest] = await outbox(server, 'impatient@example.com');
    const reset_password_token = /reset_password_token=([\w-]+)/.exec(newest?.text ?? '')?.[1];
    const body = { reset_password_token, password: 'quite another password' };
    expect(outcome(await call(server, 'PUT', '/api/v1/security/reset_password', { body }))).toEqual([200, null]);
  });
});

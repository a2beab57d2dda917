import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Mailer } from '../../src/infra/mail/mailer.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, messageTo, outbox, outcome } from '../support/client.js';
import { callAs, type Member, newMember } from './staff.js';

interface Letter {
  id: string;
  task: string;
  attempts: number;
  last_error: string;
}

let server: TestApp;
let admin: Member;
let mailer: Mailer;
let send: Mailer['send'];
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  mailer = server.app.get(Mailer, { strict: false });
  send = mailer.send.bind(mailer);
});
afterAll(() => server.close());
beforeEach(async () => {
  mailer.send = send;
  await server.sql('DELETE FROM graphile_worker._private_jobs');
});

const list = (query = '') => callAs<Letter[]>(server, admin, 'GET', `/outbox${query}`);
const retry = (id: string) => callAs<null>(server, admin, 'POST', `/outbox/${id}/retry`);
const jobs = <Row extends object>(columns: string) =>
  server.sql<Row & Record<string, unknown>>(`SELECT ${columns} FROM graphile_worker.jobs`);

/** Waits for a job that failed and is not being tried at this moment. */
const failedJob = () =>
  eventually(async () => {
    const rows = await jobs<{ id: string }>('id, attempts, locked_at');
    return rows.find(({ attempts, locked_at }) => Number(attempts) > 0 && locked_at === null);
  });

/** A mail to somebody that the relay refuses until its last attempt has failed. */
async function deadMail(member: Member, error: Error): Promise<void> {
  mailer.send = () => Promise.reject(error);
  await call(server, 'POST', '/api/v1/security/reset_password', { body: { email: member.email } });
  await failedJob();
  await server.sql('UPDATE graphile_worker._private_jobs SET max_attempts = attempts WHERE attempts > 0');
}

describe('the outbox', () => {
  it('shows what did not get out and why, and nothing of what was in it', async () => {
    const member = await newMember(server);
    const refusal = Object.assign(new Error(`550 <${member.email}> is unknown`), {
      code: 'EENVELOPE',
      responseCode: 550,
    });
    await deadMail(member, refusal);
    const answer = await list();
    expect(answer.headers.get('Total')).toBe('1');
    expect(answer.body).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        task: 'notifications.deliver',
        attempts: 1,
        last_error: 'Error EENVELOPE 550',
        created_at: expect.any(String),
        run_at: expect.any(String),
      },
    ]);
    expect(JSON.stringify(await jobs('last_error'))).not.toContain(member.email);
  });

  it('sends again what staff ask for, once it can', async () => {
    const member = await newMember(server);
    await deadMail(member, new TypeError('broken'));
    const [letter] = (await list()).body;
    expect(letter?.last_error).toBe('TypeError');
    const before = (await outbox(server, member.email)).length;

    mailer.send = send;
    const answer = await retry(letter?.id ?? '');
    expect([answer.status, answer.body]).toEqual([201, null]);
    expect((await messageTo(server, member.email, before + 1)).subject).toContain('password');
    await eventually(async () => (await jobs('id')).length === 0);
    expect((await list()).body).toEqual([]);
    expect(outcome(await retry(letter?.id ?? ''))).toEqual([404, 'Dead letter not found']);
    const [entry] = await server.sql(`SELECT actor_uid, details FROM audit_entries WHERE action = 'outbox.retried'`);
    expect(entry).toEqual({ actor_uid: admin.uid, details: { job: letter?.id, task: 'notifications.deliver' } });
  });

  it('does not list what is still being tried, nor lets it be hurried', async () => {
    const member = await newMember(server);
    mailer.send = () => Promise.reject(new Error('down'));
    await call(server, 'POST', '/api/v1/security/reset_password', { body: { email: member.email } });
    const { id } = await failedJob();
    expect((await list()).body).toEqual([]);
    expect((await retry(id)).status).toBe(404);
  });

  it('hides the message of an error that something else has recorded', async () => {
    await deadMail(await newMember(server), new Error('down'));
    await server.sql(`UPDATE graphile_worker._private_jobs SET last_error = 'no mailbox for bob@example.com'`);
    expect((await list()).body[0]?.last_error).toBe('Error');
  });

  it.each(['0', 'x', '%00', '9'.repeat(40), '-1'])('has no letter %s', async (id) => {
    expect((await retry(id)).status).toBe(404);
  });
});

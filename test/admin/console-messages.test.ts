import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Mailer } from '../../src/infra/mail/mailer.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, messageTo, outbox } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { noticesOf, post, signedIn, textOf } from '../support/pages.js';
import type { UserAgent } from '../support/user-agent.js';
import { type Member, newMember } from './staff.js';

const PATH = '/admin/messages';

let server: TestApp;
let admin: Member;
let agent: UserAgent;
let mailer: Mailer;
let send: Mailer['send'];
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
  agent = await signedIn(server, admin);
  mailer = server.app.get(Mailer, { strict: false });
  send = mailer.send.bind(mailer);
});
afterAll(() => server.close());
beforeEach(async () => {
  mailer.send = send;
  await server.sql('DELETE FROM graphile_worker._private_jobs');
});

const failed = () =>
  server.sql<{ id: string }>('SELECT id FROM graphile_worker.jobs WHERE attempts > 0 AND locked_at IS NULL');

/** Mails that the relay refuses until their last attempt has failed. */
async function deadMails(...members: Member[]): Promise<void> {
  // What was sent before must have arrived, or it would fail along.
  await jobsDone(server);
  mailer.send = (mail) => {
    const error = new Error(`550 <${JSON.stringify(mail)}> is unknown`);
    return Promise.reject(Object.assign(error, { code: 'EENVELOPE', responseCode: 550 }));
  };
  // One after the other: jobs make the mails, and two at once could put them down in either order.
  for (const [before, { email }] of members.entries()) {
    await call(server, 'POST', '/api/v1/security/reset_password', { body: { email } });
    await eventually(async () => (await failed()).length === before + 1);
  }
  await server.sql('UPDATE graphile_worker._private_jobs SET max_attempts = attempts WHERE attempts > 0');
}

const lastEntry = async () =>
  (await server.sql(`SELECT * FROM audit_entries WHERE action = 'outbox.retried' ORDER BY id DESC LIMIT 1`))[0];

describe('the messages of the console', () => {
  it('says that everything got out', async () => {
    expect(textOf(await agent.open(PATH))).toContain('Everything got out.');
  });

  it('shows what failed and why in words, and nothing of what is in it', async () => {
    const member = await newMember(server);
    await deadMails(member);
    const page = await agent.open(PATH);
    expect(textOf(page)).toMatch(/Send a mail.*The mail server did not take the address.*Error EENVELOPE 550/s);
    expect(page.html).not.toContain(member.email);
  });

  it('tries one again', async () => {
    const [first, second] = [await newMember(server), await newMember(server)];
    await deadMails(first, second);
    mailer.send = send;
    const page = await agent.open(PATH);
    const id = /action="\/admin\/messages\/(\d+)\/retry"/.exec(page.html)?.[1] ?? '';
    const answer = await agent.submit(page, `/${id}/retry`);
    expect([answer.url, noticesOf(answer)]).toEqual([
      `${server.url}${PATH}?done=one`,
      [expect.stringContaining('It is on its way again.')],
    ]);
    // The newest stands first.
    await messageTo(server, second.email);
    expect(await outbox(server, first.email)).toEqual([]);
    expect(await lastEntry()).toMatchObject({
      actor_uid: admin.uid,
      details: { job: id, task: 'notifications.deliver' },
    });
  });

  it('tries all of a kind again', async () => {
    const members = [await newMember(server), await newMember(server)];
    await deadMails(...members);
    mailer.send = send;
    const page = await agent.open(PATH);
    expect(textOf(page)).toContain('Try all 2 again');
    const answer = await agent.submit(page, '/messages/retry');
    expect(noticesOf(answer)).toEqual([expect.stringContaining('They are on their way again.')]);
    for (const { email } of members) await messageTo(server, email);
    expect(await lastEntry()).toMatchObject({ details: { jobs: 2, task: 'notifications.deliver' } });
  });

  it('says so when there is nothing any more that could be tried again', async () => {
    const page = await agent.open(PATH);
    for (const [path, fields] of [
      ['/1/retry', {}],
      ['/x/retry', {}],
      ['/retry', { task: 'no.such' }],
      ['/retry', {}],
    ] as const) {
      const answer = await post(server, agent, PATH + path, fields, page);
      expect([answer.status, noticesOf(answer)]).toEqual([422, [expect.stringContaining('It is not here any more')]]);
    }
  });

  it('is for admins only, with a token in every form', async () => {
    await deadMails(await newMember(server));
    const [job] = await failed();
    const writes = ['/retry', `/${job?.id}/retry`];
    const fields = { task: 'notifications.deliver' };
    for (const role of ['compliance', 'member'] as const) {
      const other = await signedIn(server, await newMember(server, role));
      const page = await other.open('/account');
      expect((await other.open(PATH)).status).toBe(403);
      for (const path of writes) expect((await post(server, other, PATH + path, fields, page)).status).toBe(403);
    }
    for (const path of writes) expect((await post(server, agent, PATH + path, fields)).status).toBe(403);
    expect(await failed()).toEqual([job]);
  });
});

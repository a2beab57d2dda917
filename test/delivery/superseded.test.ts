import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/infra/database/database.service.js';
import { type Mail, Mailer } from '../../src/infra/mail/mailer.js';
import { JobQueue } from '../../src/infra/queue/job-queue.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, newPerson, outbox, outcome, type Person, signIn } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

const NEW = 'quite another long password';

let server: TestApp;
let mailer: Mailer;
let send: Mailer['send'];
/** What the relay saw and did not take. */
let refused: Mail[] = [];
beforeAll(async () => {
  server = await startApp();
  mailer = server.app.get(Mailer, { strict: false });
  send = mailer.send.bind(mailer);
});
beforeEach(() => {
  refused = [];
  mailer.send = send;
});
afterAll(() => server.close());

function goDown(): void {
  mailer.send = (mail) => {
    refused.push(mail);
    return Promise.reject(new Error('down'));
  };
}

/** Everything that waits is tried at once, also what was given up. */
async function comeBack(): Promise<void> {
  await eventually(
    async () => (await server.sql('SELECT 1 FROM graphile_worker.jobs WHERE locked_at IS NOT NULL')).length === 0,
  );
  mailer.send = send;
  await server.sql('UPDATE graphile_worker._private_jobs SET attempts = 0, run_at = now() WHERE locked_at IS NULL');
  await jobsDone(server);
}

const askForReset = ({ email }: { email: string }) =>
  call(server, 'POST', '/api/v1/security/reset_password', { body: { email } });
const subjectsTo = async ({ email }: Person) => (await outbox(server, email)).map(({ subject }) => subject);
const wasRefused = (subject: string, count = 1) =>
  eventually(async () => refused.filter((mail) => mail.subject === subject).length >= count);
const RESET = 'Reset your password';

describe('a link that died while its mail waited is not sent (C-85)', () => {
  it('when a newer one took its place, even while the older was on its way', async () => {
    const person = await newPerson(server);
    let fail = () => {};
    mailer.send = (mail) => {
      goDown();
      return new Promise((_, reject) => (fail = () => reject(new Error(`lost ${mail.id}`))));
    };
    await askForReset(person);
    await eventually(
      async () => (await server.sql('SELECT 1 FROM graphile_worker.jobs WHERE locked_at IS NOT NULL')).length > 0,
    );
    await askForReset(person);
    await wasRefused(RESET);
    fail();
    await comeBack();
    expect(await subjectsTo(person)).toEqual([RESET, 'Confirm your e-mail address']);
    const [newest] = await outbox(server, person.email);
    const reset_password_token = /reset_password_token=([\w-]+)/.exec(newest?.text ?? '')?.[1];
    const body = { reset_password_token, password: NEW };
    expect(outcome(await call(server, 'PUT', '/api/v1/security/reset_password', { body }))).toEqual([200, null]);
  });

  it('when the password was changed meanwhile', async () => {
    const person = await newPerson(server);
    const token = await signIn(server, person);
    goDown();
    await askForReset(person);
    await wasRefused(RESET);
    const body = { old_password: person.password, new_password: NEW };
    expect((await call(server, 'PUT', '/api/v1/accounts/password', { token, body })).status).toBe(200);
    await comeBack();
    expect(await subjectsTo(person)).toEqual(['Your password was changed', 'Confirm your e-mail address']);
  });

  it('when it was used meanwhile', async () => {
    const person = { email: 'used@example.com', password: 'a long enough password' };
    goDown();
    await call(server, 'POST', '/api/v1/accounts', { body: person });
    await wasRefused('Confirm your e-mail address');
    const confirmation_token = /confirmation_token=([\w-]+)/.exec(refused[0]?.text ?? '')?.[1];
    await call(server, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token } });
    await comeBack();
    expect(await subjectsTo(person)).toEqual([]);
  });

  it('when the account is gone', async () => {
    const person = await newPerson(server);
    goDown();
    await askForReset(person);
    await wasRefused(RESET);
    await server.sql('DELETE FROM accounts WHERE email = $1', [person.email]);
    await comeBack();
    expect(await subjectsTo(person)).toEqual(['Confirm your e-mail address']);
  });

  it.each(['confirmEmail', 'resetPassword', 'confirmEmailChange', 'emailChanged', 'signInLocked'])(
    'when nobody knows it: %s',
    async (name) => {
      const email = `${name.toLowerCase()}@example.com`;
      const delivery = {
        id: randomUUID(),
        to: email,
        name,
        parameters: { at: '', link: 'https://x' },
        expiresAt: null,
      };
      const payload = { ...delivery, tokenHash: 'ab'.repeat(32) };
      const queue = server.app.get(JobQueue, { strict: false });
      const database = server.app.get(Database, { strict: false });
      await database.transaction((tx) => queue.add(tx, 'notifications.deliver', payload));
      await jobsDone(server);
      expect(await outbox(server, email)).toEqual([]);
      expect(await server.sql('SELECT 1 FROM graphile_worker.jobs')).toEqual([]);
    },
  );
});

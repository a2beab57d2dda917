import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Config } from '../../src/config/config.js';
import { Database } from '../../src/infra/database/database.service.js';
import { SmtpMailer } from '../../src/infra/mail/smtp.mailer.js';
import { JobQueue } from '../../src/infra/queue/job-queue.service.js';
import { startApp } from '../support/app.js';
import { call, eventually } from '../support/client.js';

const SECRET_KEY = randomBytes(32).toString('base64');
const MAIL = { id: '1', to: 'a@example.com', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };

let server: Server;
let url: string;
const sockets = new Set<Socket>();
let connections = 0;
/** Takes connections and never says a word. */
beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `smtp://127.0.0.1:${(server.address() as { port: number }).port}?greetingTimeout=100`;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

const codeOf = (sending: Promise<void>) =>
  sending.then(
    () => 'sent',
    (error: { code?: string }) => error.code,
  );

describe('a mail server that is silent', () => {
  it('is left alone for a while, so that what follows does not wait for it too', async () => {
    let now = 0;
    const config = Config.load({ NODE_ENV: 'test', DATA_DIR: '/nonexistent', SECRET_KEY });
    const mailer = new SmtpMailer(url, config, () => now);
    expect(await codeOf(mailer.send(MAIL))).toBe('ETIMEDOUT');
    const tried = connections;
    expect(await codeOf(mailer.send(MAIL))).toBe('ERESTING');
    now += 14_999;
    expect(await codeOf(mailer.send(MAIL))).toBe('ERESTING');
    expect(connections).toBe(tried);
    now += 1;
    expect(await codeOf(mailer.send(MAIL))).toBe('ETIMEDOUT');
    expect(connections).toBeGreaterThan(tried);
    mailer.onApplicationShutdown();
  });

  it('keeps nobody from signing up, nor other jobs from being done', async () => {
    const app = await startApp({ SMTP_URL: url });
    try {
      for (const email of ['one@example.com', 'two@example.com', 'three@example.com']) {
        const body = { email, password: 'a long enough password' };
        expect((await call(app, 'POST', '/api/v1/accounts', { body })).status).toBe(201);
      }
      const queue = app.app.get(JobQueue, { strict: false });
      const database = app.app.get(Database, { strict: false });
      const code = { id: '1', phoneId: '0', code: '123456' };
      await database.transaction((tx) => queue.add(tx, 'phones.send_code', code));
      const jobs = await eventually(async () => {
        const rows = await app.sql<{ task_identifier: string; last_error: string | null }>(
          'SELECT task_identifier, last_error FROM graphile_worker.jobs',
        );
        return rows.length === 3 && rows.every(({ last_error }) => last_error !== null) && rows;
      });
      expect(new Set(jobs.map(({ task_identifier }) => task_identifier))).toEqual(new Set(['notifications.deliver']));
      for (const { last_error } of jobs) expect(last_error).toMatch(/^Error (ETIMEDOUT|ERESTING)$/);
    } finally {
      await app.close();
    }
  });
});

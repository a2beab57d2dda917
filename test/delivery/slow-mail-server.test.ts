import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { Config } from '../../src/config/config.js';
import { MailMayHaveBeenSent } from '../../src/infra/mail/mailer.js';
import { SmtpMailer } from '../../src/infra/mail/smtp.mailer.js';
import { startApp } from '../support/app.js';
import { call } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';
import { startRelay } from '../support/mail-relay.js';

const SECRET_KEY = randomBytes(32).toString('base64');
const SLOW = 'slow@example.com';
const mailTo = (to: string) => ({ id: to, to, subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' });

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

/** Has the first mails to one recipient and never says so. */
async function startSlowRelay(silences: number) {
  let left = silences;
  const relay = await startRelay({
    beforeTaking: async () => {
      if (!relay.received.at(-1)?.recipients.includes(SLOW) || left === 0) return;
      left -= 1;
      await new Promise(() => undefined);
    },
  });
  open.push(relay);
  return relay;
}

describe('a mail server that has a mail and does not say so', () => {
  it('is not left alone: others get their mails', async () => {
    const relay = await startSlowRelay(Infinity);
    const config = Config.load({ NODE_ENV: 'test', DATA_DIR: '/nonexistent', SECRET_KEY });
    const mailer = new SmtpMailer(`${relay.url}?socketTimeout=300`, config);
    await expect(mailer.send(mailTo(SLOW))).rejects.toBeInstanceOf(MailMayHaveBeenSent);
    await mailer.send(mailTo('other@example.com'));
    expect(relay.received.flatMap(({ recipients }) => recipients)).toEqual([SLOW, 'other@example.com']);
    mailer.onApplicationShutdown();
  });

  it('gets it once more and not again, and nobody reads why in the logs (C-86, C-59)', async () => {
    const relay = await startSlowRelay(Infinity);
    const server = await startApp({ SMTP_URL: `${relay.url}?socketTimeout=300` });
    open.push(server);
    const logged: unknown[] = [];
    const log = (...line: unknown[]): unknown => logged.push(line);
    const logger: LoggerService = { log, error: log, warn: log, debug: log, verbose: log, fatal: log };
    server.app.useLogger(logger);
    const body = { email: SLOW, password: 'a long enough password' };
    expect((await call(server, 'POST', '/api/v1/accounts', { body })).status).toBe(201);
    await jobsDone(server);
    expect(relay.received).toHaveLength(2);
    const said = JSON.stringify(logged);
    expect(said).toContain('mail may have been sent twice');
    expect(said).not.toContain(SLOW);
    expect(said).not.toContain('confirmation_token');
  });
});

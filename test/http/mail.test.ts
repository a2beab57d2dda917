import { afterEach, describe, expect, it } from '@jest/globals';
import { Mailer } from '../../src/infra/mail/mailer.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, outcome } from '../support/client.js';
import { decoded, headerOf, startRelay } from '../support/mail-relay.js';

const EMAIL = 'reader@example.com';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function startWith(relay: Awaited<ReturnType<typeof startRelay>>, env: NodeJS.ProcessEnv = {}): Promise<TestApp> {
  open.push(relay);
  const server = await startApp({ RATE_LIMITS: 'off', SMTP_URL: relay.url, ...env });
  open.push(server);
  return server;
}
const signUp = (server: TestApp) =>
  call(server, 'POST', '/api/v1/accounts', {
    body: { email: ` ${EMAIL.toUpperCase()}`, password: 'a long enough password' },
  });

describe('mail by SMTP', () => {
  it('goes to the stored address alone, text first, with a link that works (C-56)', async () => {
    const relay = await startRelay();
    const server = await startWith(relay, { MAIL_FROM: 'Accounts <accounts@barong.test>', APP_NAME: 'Ex<b>&ample' });
    expect(outcome(await signUp(server))).toEqual([201, null]);
    const mail = await eventually(async () => relay.received[0]);

    expect([mail.sender, mail.recipients]).toEqual(['accounts@barong.test', [EMAIL]]);
    expect(headerOf(mail, 'From')).toBe('Accounts <accounts@barong.test>');
    expect(headerOf(mail, 'To')).toBe(EMAIL);
    expect(headerOf(mail, 'Subject')).toBe('Confirm your e-mail address');
    expect(headerOf(mail, 'Message-ID')).toMatch(/^<[0-9a-f-]{36}@127\.0\.0\.1>$/);
    expect(headerOf(mail, 'Auto-Submitted')).toBe('auto-generated');
    expect(Date.parse(headerOf(mail, 'Date') ?? '')).not.toBeNaN();
    expect(headerOf(mail, 'Content-Type')).toMatch(/^multipart\/alternative;/);
    expect(['Cc', 'Bcc', 'X-Mailer'].map((name) => headerOf(mail, name))).toEqual([undefined, undefined, undefined]);
    expect(mail.raw.indexOf('text/plain')).toBeGreaterThan(0);
    expect(mail.raw.indexOf('text/plain')).toBeLessThan(mail.raw.indexOf('text/html'));
    expect(decoded(mail)).toContain('Ex&lt;b&gt;&amp;ample');

    const links = [...decoded(mail).matchAll(/(\S+)\/confirm\?confirmation_token=([\w-]+)/g)];
    expect(new Set(links.map(([, , token]) => token)).size).toBe(1);
    expect(links[0]?.[1]).toBe(server.url);
    const confirm = await call(server, 'POST', '/api/v1/accounts/confirm', {
      body: { confirmation_token: links[0]?.[2] },
    });
    expect(outcome(confirm)).toEqual([201, null]);
  });

  it('that is put off comes again, as the same message; what waits tells nobody anything (C-85)', async () => {
    const relay = await startRelay({ refusals: 1 });
    const server = await startWith(relay);
    await signUp(server);
    const waiting = await eventually(async () => {
      const [job] = await server.sql(
        'SELECT * FROM graphile_worker._private_jobs WHERE attempts = 1 AND last_error IS NOT NULL',
      );
      return job;
    });
    const token = /confirmation_token=([\w-]+)/.exec(decoded(relay.refused[0]))?.[1] ?? '';
    expect(token).toHaveLength(43);
    const kept = JSON.stringify(waiting);
    expect(Object.keys(waiting.payload as object)).toEqual(['sealed']);
    for (const secret of [token, EMAIL, 'reader', 'confirmation_token']) expect(kept).not.toContain(secret);

    const mail = await eventually(async () => relay.received[0]);
    expect(headerOf(mail, 'Message-ID')).toBe(headerOf(relay.refused[0], 'Message-ID'));
    expect(mail.recipients).toEqual([EMAIL]);
    await eventually(async () => (await server.sql('SELECT 1 FROM graphile_worker._private_jobs')).length === 0);
    expect([relay.refused.length, relay.received.length]).toEqual([1, 1]);
  });

  it('has no header and no recipient that came along in a text (C-56)', async () => {
    const relay = await startRelay();
    const server = await startWith(relay);
    const mailer = server.app.get(Mailer, { strict: false });
    const mail = { id: '1', to: EMAIL, subject: 'Hi\r\nBcc: other@example.com', text: 'Hi', html: '<p>Hi</p>' };
    await mailer.send(mail);
    await mailer.send({ ...mail, to: `${EMAIL}, other@example.com` }).catch(() => undefined);
    expect(headerOf(relay.received[0], 'Subject')).toBe('Hi Bcc: other@example.com');
    expect(headerOf(relay.received[0], 'Bcc')).toBeUndefined();
    expect(relay.received.flatMap(({ recipients }) => recipients)).not.toContain('other@example.com');
  });

  it('that nobody takes makes no sign-up fail, and the outbox stays empty', async () => {
    const relay = await startRelay();
    await relay.close();
    const server = await startApp({ RATE_LIMITS: 'off', SMTP_URL: relay.url });
    open.push(server);
    expect(outcome(await signUp(server))).toEqual([201, null]);
    await eventually(async () => {
      const [job] = await server.sql<{ attempts: number }>('SELECT attempts FROM graphile_worker._private_jobs');
      return (job?.attempts ?? 0) >= 1;
    });
    expect((await call(server, 'GET', '/health/ready')).status).toBe(200);
    expect(await server.sql('SELECT 1 FROM outbox_messages')).toEqual([]);
  });
});

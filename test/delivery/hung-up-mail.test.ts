import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Config } from '../../src/config/config.js';
import { MailMayHaveBeenSent } from '../../src/infra/mail/mailer.js';
import { SmtpMailer } from '../../src/infra/mail/smtp.mailer.js';
import { startApp } from '../support/app.js';
import { call } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

const CONFIG = { NODE_ENV: 'test', DATA_DIR: '/nonexistent', SECRET_KEY: randomBytes(32).toString('base64') };
const MAIL = { id: 'a', to: 'a@example.com', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };

/** Says yes to everything, until a line comes after which it ends the connection in this way. */
async function startRelay(lastLine: RegExp, end: (socket: Socket) => void) {
  const open = new Set<Socket>();
  let mails = 0;
  const server: Server = createServer((socket) => {
    open.add(socket.on('error', () => undefined));
    let [isMail, rest] = [false, ''];
    socket.write('220 here\r\n');
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (isMail && line !== '.') continue;
        isMail = line === 'DATA';
        if (line === '.') mails += 1;
        if (lastLine.test(line)) return end(socket);
        socket.write(isMail ? '354 go on\r\n' : '250 yes\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, mails: () => mails, close };
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function failureAt(...how: Parameters<typeof startRelay>): Promise<unknown> {
  const relay = await startRelay(...how);
  const mailer = new SmtpMailer(relay.url, Config.load(CONFIG));
  closers.push(relay.close, () => mailer.onApplicationShutdown());
  return mailer.send(MAIL).catch((error: unknown) => error);
}

describe('a mail server that ends the connection', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => void socket.end()],
    ['breaks off', (socket) => void socket.resetAndDestroy()],
  ])('and %s when it has the whole mail may have taken it (C-86)', async (_, end) => {
    expect(await failureAt(/^\.$/, end)).toBeInstanceOf(MailMayHaveBeenSent);
  });

  it.each<[string, RegExp, (socket: Socket) => void]>([
    ['before the mail', /^DATA$/, (socket) => void socket.resetAndDestroy()],
    ['saying no', /^\.$/, (socket) => void socket.end('421 not now\r\n')],
  ])('%s has not taken it', async (_, lastLine, end) => {
    const failure = await failureAt(lastLine, end);
    expect(failure).toMatchObject({ code: expect.any(String) });
    expect(failure).not.toBeInstanceOf(MailMayHaveBeenSent);
  });

  it('gets the mail once more and not again', async () => {
    const relay = await startRelay(/^\.$/, (socket) => void socket.end());
    const server = await startApp({ SMTP_URL: relay.url });
    closers.push(relay.close, () => server.close());
    const body = { email: MAIL.to, password: 'a long enough password' };
    expect((await call(server, 'POST', '/api/v1/accounts', { body })).status).toBe(201);
    await jobsDone(server);
    expect(relay.mails()).toBe(2);
  });
});

import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type NodemailerError, type Transporter } from 'nodemailer';
import type { Config } from '../../config/config.js';
import { inSpan } from '../tracing/spans.js';
import { type Mail, MailMayHaveBeenSent, Mailer } from './mailer.js';

const TIMEOUT_MS = 10_000;
/** Servers look at a mail before they take it, and ask other servers about its recipient. */
const SOCKET_TIMEOUT_MS = 60_000;
/**
 * So long nothing is tried when the server cannot be reached or does not greet: mails come again later, and the
 * workers are free for everything else.
 */
const REST_MS = 15_000;

/** SMTP through nodemailer, on kept connections. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;
  private readonly messageIdDomain: string;
  private readonly host: string;
  /** Milliseconds since the epoch. Of this process alone: it only saves time. */
  private restsUntil = 0;
  /** Ids of the mails that the server has got to their last line. */
  private readonly whole = new Set<string>();

  constructor(
    smtpUrl: string,
    private readonly config: Config,
    private readonly now: () => number = Date.now,
  ) {
    super();
    this.messageIdDomain = new URL(config.publicUrl).hostname;
    this.host = new URL(smtpUrl).hostname;
    this.transport = createTransport(withTimeouts(smtpUrl));
    // An error without an answer does not tell how far the mail had come; its stream does.
    this.transport.use('stream', ({ data, message }, done) => {
      const id = (data as { barongId?: string }).barongId ?? '';
      message.processFunc((input) => input.once('end', () => this.whole.add(id)));
      done();
    });
  }

  async send(mail: Mail): Promise<void> {
    if (this.restsUntil > this.now())
      throw Object.assign(new Error('the mail server was silent'), { code: 'ERESTING' });
    try {
      await this.handOver(mail);
    } catch (error) {
      if (isSilent(error as NodemailerError)) this.restsUntil = this.now() + REST_MS;
      const isUnclear = isWithoutAnswer(error as NodemailerError) && this.whole.has(mail.id);
      throw isUnclear ? new MailMayHaveBeenSent(error) : error;
    } finally {
      this.whole.delete(mail.id);
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }

  private async handOver(mail: Mail): Promise<void> {
    const data = {
      barongId: mail.id,
      messageId: `<${mail.id}@${this.messageIdDomain}>`,
      from: this.config.mailFrom,
      // An object, never a string: an address is not parsed a second time (CONTROLS C-56).
      to: { name: '', address: mail.to },
      subject: mail.subject.replace(/[\r\n]+/g, ' '),
      text: mail.text,
      html: mail.html,
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    await inSpan(['smtp', 'client', { 'server.address': this.host }], () => this.transport.sendMail(data));
  }
}

/** It concerns every mail; a time-out in the middle may be about one recipient alone. */
function isSilent({ code, timeoutType }: NodemailerError): boolean {
  return code === 'EDNS' || (code === 'ETIMEDOUT' && timeoutType !== 'SOCKET_TIMEOUT');
}

/** The server fell silent or hung up; one that says no, also while it closes (421), has not taken the mail. */
function isWithoutAnswer({ code, timeoutType, responseCode }: NodemailerError): boolean {
  if (code === 'ETIMEDOUT') return timeoutType === 'SOCKET_TIMEOUT';
  return (code === 'ECONNECTION' || code === 'ESOCKET') && responseCode === undefined;
}

function withTimeouts(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  for (const [name, value] of [
    ['pool', 'true'],
    ['maxConnections', '2'],
    ['dnsTimeout', String(TIMEOUT_MS)],
    ['connectionTimeout', String(TIMEOUT_MS)],
    ['greetingTimeout', String(TIMEOUT_MS)],
    ['socketTimeout', String(SOCKET_TIMEOUT_MS)],
  ] as const) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.toString();
}
